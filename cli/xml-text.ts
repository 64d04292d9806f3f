import { withoutControls } from './control-characters';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as XML has it: no sign of markup, and none that XML does not know. Source: XML 1.0, 2.2. */
export function xmlText(text: string): string {
  return withoutControls(text)
    .toWellFormed()
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"']/g, (sign) => ENTITIES[sign]!);
}
