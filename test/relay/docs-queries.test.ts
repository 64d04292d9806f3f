import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NOBODY_BECAUSE } from '../../relay/events/decision';
import { audit } from '../../relay/devices/audit';
import type { Log } from '../../relay/ports';
import { sha256Hex } from '../../relay/hash';
import { missingFields, relayLines } from '../support/relay-lines';

const DOCS = join(__dirname, '../../docs');

/** Queries of the docs over the relay's lines: blocks of KQL, and what stands in a sentence. */
function queries(): { where: string; text: string }[] {
  return readdirSync(DOCS)
    .filter((name) => name.endsWith('.md'))
    .flatMap((where) => {
      const text = readFileSync(join(DOCS, where), 'utf8');
      const blocks = [...text.matchAll(/```kusto\n([\s\S]*?)```/g)].map(([, block]) => block!);
      const spans = [...text.replace(/```[\s\S]*?```/g, '').matchAll(/`(traces [^`]+)`/g)].map(
        ([, one]) => one!,
      );
      return [...blocks, ...spans].map((query) => ({ where, text: query.replace(/\s+/g, ' ') }));
    })
    .filter(({ text }) => text.includes('parse_json(message)'));
}

test('the queries of the docs ask for fields that the lines have', async () => {
  const fields = await relayLines();
  const asked = queries();
  expect(asked.length).toBeGreaterThan(3);
  expect(
    asked.flatMap(({ where, text }) => missingFields(fields, text).map((what) => `${where}: ${what}`)),
  ).toEqual([]);
});

test('every reason why nobody is told is in the docs', () => {
  const row = readFileSync(join(DOCS, 'relay.md'), 'utf8')
    .split('\n')
    .find((line) => line.startsWith('| `nobody-to-tell` |'))!;
  const reasons = [...NOBODY_BECAUSE, 'muted', 'quiet-hours', 'turned-off'];
  expect(reasons.filter((reason) => !row.includes(`\`${reason}\``))).toEqual([]);
});

test('a user is found in the audit by the hash that the query makes', () => {
  let line: Record<string, unknown> = {};
  const log: Log = { write: (_level, _message, fields = {}) => void (line = { ...fields }) };
  audit(log, { action: 'removal', outcome: 'done', user: '8:acs:a' });
  // hash_sha256 of KQL: lower-case hexadecimal digits of the text in UTF-8.
  expect(line['user']).toBe(sha256Hex('8:acs:a'));
});
