import { matches } from './expressions';
import type { NamedFinding } from './secret-rule';

/** What texts of any kind suffer from on their way out of a file, through a shell and a pipeline. */

const QUOTE = '["\'`\\x{2018}\\x{2019}\\x{201C}\\x{201D}]';

/** Words that stand where a secret was taken out, or has not been put in yet. */
const PLACEHOLDER =
  '(?i)^[^A-Za-z0-9]*(redacted|removed|hidden|masked|omitted|stripped|secret|password|token|dummy|fake|sample|example' +
  '|placeholder|changeme|change[_-]me|replaceme|replace[_-]me|todo|tbd|fixme|none|null|nil|undefined|unset|empty|test' +
  '|x{3,}|a{16,}|0{8,}|(your|my|the|insert|paste|put|enter|add)[a-z0-9_. -]{1,60})[^A-Za-z0-9]*$|^[^A-Za-z0-9]+$|^<.*>$';

export const isPlaceholder = (text: string) => matches(PLACEHOLDER, text);

export const EMPTY: NamedFinding = {
  name: 'empty',
  found: (text) => `trimspace(${text}) == ""`,
  says: 'is empty',
};

export const PLACEHOLDER_TEXT: NamedFinding = {
  name: 'placeholder',
  found: (text) => isPlaceholder(`trimspace(${text})`),
  says: 'is a placeholder (such as REDACTED) in place of the secret',
};

export const REFERENCE: NamedFinding = {
  name: 'reference',
  found: (text) => matches('^\\s*([$][A-Za-z_({]|@Microsoft[.]KeyVault|#[{]|[{][{]|op://|vault:)', text),
  says: 'is a reference that nobody put the secret in for',
  remedy: 'Have the shell or the pipeline put the value in before Terraform runs.',
};

export const BYTE_ORDER_MARK: NamedFinding = {
  name: 'bom',
  found: (text) => matches('^\\s*(\\x{FEFF}|\\x{EF}\\x{BB}\\x{BF})', text),
  says: 'begins with a byte order mark (BOM), as some editors on Windows write it',
  remedy: 'Save the file as UTF-8 without BOM.',
};

export const QUOTES: NamedFinding = {
  name: 'quotes',
  // JSON may be cut short behind a quote of its own; a quote behind its end is none of its own.
  found: (text) => matches(`(?s)^${QUOTE}|^[^{].*${QUOTE},?$|[}]\\s*${QUOTE},?$`, `trimspace(${text})`),
  says: 'has quotes around it that became part of it',
  remedy: 'Take them off: the value begins and ends with what the file begins and ends with.',
};

export const PATH: NamedFinding = {
  name: 'path',
  found: (text) =>
    matches(
      '^(file:|@)?(~|[.]{1,2}|[A-Za-z]:)?[/\\\\][^\\n]*$|^[^\\n{}]*[.](p8|pem|key|json|txt|p12|pfx|der|crt|cer)$',
      `trimspace(${text})`,
    ),
  says: 'is the path of a file',
  remedy: 'Give the text of the file: "$(cat FILE)".',
};
