/** A Terraform string literal of this text. */
export function quoted(text: string): string {
  return JSON.stringify(text).replaceAll('${', '$${').replaceAll('%{', '%%{');
}

/** Whether the text matches a pattern; RE2, as Terraform's `regex` has it. */
export function matches(pattern: string, text: string): string {
  return `can(regex(${quoted(pattern)}, ${text}))`;
}

/** Terraform has no `let`: a list of one, gone through once, gives a value its name in `body`. */
export function bind(name: string, value: string, body: string): string {
  return `[for ${name} in [${value}] : ${body}][0]`;
}

export function allOf(...conditions: string[]): string {
  return conditions.map((condition) => `(${condition})`).join(' && ');
}

export function anyOf(...conditions: string[]): string {
  return conditions.map((condition) => `(${condition})`).join(' || ');
}

export function not(condition: string): string {
  return `!(${condition})`;
}
