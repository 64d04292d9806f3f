/** What becomes of the text of a PEM file on its way, none of which changes what it means. */
export const RESTORED_FORMS: Readonly<Record<string, (pem: string) => string>> = {
  'as the file has it': (pem) => pem,
  'without the final line end': (pem) => pem.trimEnd(),
  'with Windows line ends': (pem) => pem.replaceAll('\n', '\r\n'),
  'with old Mac line ends': (pem) => pem.replaceAll('\n', '\r'),
  'with line ends written as \\n': (pem) => pem.replaceAll('\n', '\\n'),
  'with line ends written as \\r\\n': (pem) => pem.replaceAll('\n', '\\r\\n'),
  'with spaces for line ends': (pem) => pem.replaceAll('\n', ' '),
  'on one line': (pem) => pem.replaceAll('\n', ''),
  'indented, as YAML has it': (pem) => pem.replace(/^/gm, '    '),
  'with empty lines around it': (pem) => `\n\n${pem}\n\n`,
  'body only': (pem) => pem.replace(/-----[^-]+-----|\s/g, ''),
  'body only, in lines': (pem) => pem.replace(/-----[^-]+-----\n/g, ''),
};
