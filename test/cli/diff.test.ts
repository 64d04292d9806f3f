import { StackProject } from './stack-project';

const stack = (name: string, suffix: string, over: object = {}, more: object = {}) => ({
  resource: {
    azurerm_storage_account: { Store: { name: `st${name}${suffix}`, tags: { of: name }, ...over } },
    azurerm_service_plan: { Plan: { name: `asp-${name}-${suffix}` } },
    ...more,
  },
});

let project: StackProject;

beforeEach(() => {
  project = new StackProject();
  project.write('dev', stack('dev', 'a1b2c3'));
});

afterEach(() => project.remove());

test('stacks that differ by their own names are alike, also by the exit code', async () => {
  project.write('prod', stack('prod', 'x7y8z9'));
  expect(await project.run('diff', 'dev', 'prod', '--exit-code')).toEqual({
    code: 0,
    out: 'dev and prod are alike but for their names: 2 parts\n',
    err: '',
  });
});

test('says what only one makes and what is set otherwise; the exit code tells it when it is asked to', async () => {
  project.write(
    'prod',
    stack('prod', 'x7y8z9', { tier: 'Premium' }, { azurerm_subnet: { Net: { name: 'n' } } }),
  );
  const out = [
    'dev and prod: 0 only in dev, 1 only in prod, 1 set otherwise, 1 alike',
    '',
    'only in prod',
    '  Net  azurerm_subnet',
    '',
    'set otherwise',
    '    setting  dev  prod',
    '  Store (azurerm_storage_account)',
    '    tier     -    Premium',
    '',
  ].join('\n');
  expect(await project.run('diff', 'dev', 'prod')).toEqual({ code: 0, out, err: '' });
  expect(await project.run('diff', 'dev', 'prod', '--exit-code')).toEqual({ code: 1, out, err: '' });
});

test('of a long value it shows where it begins to differ, and all of it as JSON', async () => {
  const url = (word: string) => `https://${'a'.repeat(60)}/${word}/${'b'.repeat(60)}`;
  project.write('dev', stack('dev', 'a1b2c3', { url: url('one') }));
  project.write('prod', stack('prod', 'x7y8z9', { url: url('two') }));
  const { out } = await project.run('diff', 'dev', 'prod');
  expect(out).toContain(
    `url      …aaaaaaaaaaa/one/${'b'.repeat(26)}…  …aaaaaaaaaaa/two/${'b'.repeat(26)}…\n`,
  );
  const json = JSON.parse((await project.run('diff', 'dev', 'prod', '--json')).out) as unknown;
  expect(json).toEqual({
    a: 'dev',
    b: 'prod',
    onlyA: [],
    onlyB: [],
    differing: [
      {
        type: 'azurerm_storage_account',
        path: 'Store',
        differences: [{ setting: 'url', a: url('one'), b: url('two') }],
      },
    ],
    alike: 1,
  });
});

test('says each difference once: no name of what is found by its name, no empty list beside what is in the other', async () => {
  const settings = (...names: string[]) => names.map((name) => ({ name, value: 'v' }));
  project.write('dev', stack('dev', 'a1b2c3', { settings: settings('A', 'B'), ready: [] }));
  project.write(
    'prod',
    stack('prod', 'x7y8z9', { settings: settings('A', 'B', 'C'), ready: [{ count: 2 }] }),
  );
  const { out } = await project.run('diff', 'dev', 'prod');
  expect(out.split('(azurerm_storage_account)\n')[1]).toBe(
    ['    ready.count        -    2', '    settings[C].value  -    v', ''].join('\n'),
  );
});

test('of secrets it says that they differ, as text and as JSON', async () => {
  const secrets = (word: string) => ({
    admin_password: `${word}-1`,
    sensitive_body: { properties: { token: `${word}-2` } },
    app_settings: { API_KEY: `${word}-3` },
    settings: [
      { name: 'STORE_CONNECTION_STRING', value: `${word}-4` },
      { name: 'OTHER', value: 'v' },
    ],
  });
  project.write('dev', stack('dev', 'a1b2c3', secrets('hunter')));
  project.write('prod', stack('prod', 'x7y8z9', secrets('gatherer')));
  for (const form of [[], ['--json']]) {
    const { out } = await project.run('diff', 'dev', 'prod', ...form);
    expect(out).not.toMatch(/hunter|gatherer/);
    expect(out.match(/\(hidden\)/g)).toHaveLength(8);
  }
});

test.each([
  [['dev', 'prod'], "no such stack 'prod'; known are: dev"],
  [['dev'], 'of which two stacks?'],
  [['dev', 'dev', 'dev'], "two stacks at a time; got also 'dev'"],
])('diff %j is refused', async (words, problem) => {
  const { code, out, err } = await project.run('diff', ...words);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(problem);
});

test('a stack whose file is no JSON is refused', async () => {
  project.write('prod', stack('prod', 'x7y8z9'));
  project.write('dev', []);
  const { code } = await project.run('diff', 'dev', 'prod');
  expect(code).toBe(2);
});
