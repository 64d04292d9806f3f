const { stacksAskedBy, processOf } = require('../../../scripts/synth/asking-command.cjs') as {
  stacksAskedBy(words: string[]): string[] | undefined;
  processOf(pid: number): { words: string[] } | undefined;
};

const of = (line: string) =>
  stacksAskedBy(['/usr/bin/node', '/app/node_modules/.bin/cdktf', ...line.split(' ')]);

test.each([
  ['deploy dev', ['dev']],
  ['deploy dev prod --auto-approve', ['dev', 'prod']],
  ['destroy --var-file secrets.tfvars dev', ['dev']],
  ['diff --var=a=prod dev', ['dev']],
  ['deploy dev -o out', ['dev']],
  ['deploy dev --app ./app', ['dev']],
])('cdktf %s is about %j', (line, names) => expect(of(line)).toEqual(names));

test.each(['synth', 'list', 'deploy', 'deploy d*', 'deploy dev --some-new-option', 'output dev'])(
  'cdktf %s may be about all',
  (line) => expect(of(line)).toBeUndefined(),
);

test('what is no cdktf asks for all', () => {
  expect(stacksAskedBy(['node', '/app/bin/acs-push.cjs', 'deploy', 'dev'])).toBeUndefined();
  expect(stacksAskedBy([])).toBeUndefined();
});

test('the words of a process are read from the system', () => {
  expect(processOf(process.pid)?.words.length).toBeGreaterThan(1);
});
