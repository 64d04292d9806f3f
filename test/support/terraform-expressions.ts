import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SecretRule } from '../../constructs/credentials/secret-rules';

export interface Judged {
  readonly accepted: boolean;
  /** Names of what was found. */
  readonly found: string[];
  /** What would go to a hub; null when the expression fails. */
  readonly canonical: unknown;
}

/** What the real Terraform makes of texts under a rule, all in one run. */
export function judge(rule: SecretRule, texts: readonly string[]): Judged[] {
  const found = rule.findings.map(({ name, found }) => `${found('t')} ? ${JSON.stringify(name)} : ""`);
  const expression =
    `[for t in var.texts : { accepted = ${rule.accepted('t')}, found = compact([${found.join(', ')}]),` +
    ` canonical = ${rule.accepted('t')} ? try(${rule.canonical('t')}, null) : null }]`;
  return evaluate(expression, { texts }) as Judged[];
}

/** Whether each of the texts is accepted: quicker than `judge`, for many. */
export function accepts(rule: SecretRule, texts: readonly string[]): boolean[] {
  return evaluate(`[for t in var.texts : ${rule.accepted('t')}]`, { texts }) as boolean[];
}

/** Evaluates an expression with the real Terraform. @throws when it cannot */
export function evaluate(expression: string, variables: Record<string, unknown> = {}): unknown {
  const folder = mkdtempSync(join(tmpdir(), 'terraform-expressions-'));
  try {
    writeFileSync(
      join(folder, 'main.tf.json'),
      JSON.stringify({
        // Terraform takes no empty block of them.
        ...(Object.keys(variables).length > 0 && {
          variable: Object.fromEntries(Object.keys(variables).map((name) => [name, { type: 'any' }])),
        }),
        locals: { result: `\${${expression}}` },
      }),
    );
    writeFileSync(join(folder, 'terraform.tfvars.json'), JSON.stringify(variables));
    const { stdout, stderr, status } = spawnSync('terraform', ['console'], {
      cwd: folder,
      encoding: 'utf8',
      input: 'jsonencode(local.result)\n',
      maxBuffer: 256 * 1024 * 1024,
      env: { ...process.env, CHECKPOINT_DISABLE: '1', TF_CLI_CONFIG_FILE: '/dev/null', NO_COLOR: '1' },
    });
    if (status !== 0 || !stdout.startsWith('"')) throw new Error(`terraform console: ${stdout}${stderr}`);
    return JSON.parse(JSON.parse(stdout.trim()) as string);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
