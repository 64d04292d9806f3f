import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALERTS, LINK_HEALTH, type AlertDefinition } from '../../../constructs';
import { RUNBOOK } from '../../../constructs/monitoring/alerts';

const ROOT = join(__dirname, '../../..');
const document = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const alerts = Object.entries<AlertDefinition>({ ...ALERTS, linkHealth: LINK_HEALTH });

/** The part of the runbook that an anchor leads to, up to the next one. */
function section(anchor: string): string {
  const [, text = ''] = document(RUNBOOK).split(`<a id="${anchor}"></a>`);
  return text.split('<a id=')[0]!;
}

describe.each(alerts)('the alert %s', (name, { anchor, defaults, on }) => {
  test('has a section in the runbook: what it means, how it is seen, what to do, when it resolves', () => {
    const text = section(anchor);
    for (const part of ['What it means.', 'How to see it.', 'What to do.', 'Resolves by itself']) {
      expect(text).toContain(`**${part}`);
    }
  });

  test('stands in the table of docs/monitoring.md with its defaults', () => {
    const row = document('docs/monitoring.md')
      .split('\n')
      .find((line) => line.startsWith(`| [\`${name}\`](runbook.md#${anchor})`));
    const [, , , threshold = '', severity, window, frequency] = (row ?? '')
      .split('|')
      .map((cell) => cell.trim());
    expect([threshold.match(/[\d.]+/)?.[0], severity, window, frequency]).toEqual([
      String(defaults.threshold),
      String(defaults.severity),
      defaults.window,
      defaults.frequency,
    ]);
    expect(row!.includes('off unless asked for')).toBe(!on);
  });
});

test('no section is of an alert that is not there', () => {
  const anchors = [...document(RUNBOOK).matchAll(/<a id="([^"]+)"><\/a>/g)].map(([, anchor]) => anchor);
  expect(anchors.sort()).toEqual(alerts.map(([, { anchor }]) => anchor).sort());
});
