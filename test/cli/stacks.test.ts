import { progressTo } from '../support/progress-told';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from '../../cli/command';
import { expectationOf } from '../../cli/deployed-link';
import { runCommand } from '../../cli/run';
import { outputFolder } from '../../cli/stack-folder';
import { terraformProblem } from '../../cli/terraform';
import { machineEnvironment } from '../../testing/local/deployment';

let folder: string;
let temporary: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stacks-'));
  temporary = join(folder, 'tmp');
  mkdirSync(temporary);
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A command that says what the outputs of its stack tell of the link. */
const READ: Command = {
  name: 'read',
  summary: '',
  usage: '',
  run: async (args, io) => {
    io.out(JSON.stringify(await expectationOf(args[0]!, io)));
    return 0;
  },
};

interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function read(
  words: readonly string[],
  over: Record<string, string> = {},
  signal = new AbortController().signal,
  onErr: () => void = () => undefined,
): Promise<Answer> {
  let out = '';
  let err = '';
  const code = await runCommand([READ], ['read', ...words], {
    out: (text) => (out += text),
    err: (text) => {
      err += text;
      onErr();
    },
    environment: { ...machineEnvironment(), TMPDIR: temporary, ...over },
    folder,
    progress: progressTo((text) => (err += text)),
    signal,
    connect: () => {
      throw new Error('nothing of Azure is asked');
    },
  });
  return { code, out, err };
}

const GROUP = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers';
const acsId = (prefix = '') => `${GROUP}/Microsoft.Communication/communicationServices/${prefix}acs`;
const hubId = (prefix = '') =>
  `${GROUP}/Microsoft.NotificationHubs/namespaces/ns/notificationHubs/${prefix}hub`;
const ruleId = (prefix = '') => `${hubId(prefix)}/authorizationRules/send`;

const LINK = {
  communicationServiceId: acsId(),
  notificationHubId: hubId(),
  ruleId: ruleId(),
  key: 'primary',
};

const outputsOf = (prefix = ''): Record<string, string> => ({
  [`${prefix}communication_service_id`]: acsId(prefix),
  [`${prefix}calling_hub_id`]: hubId(prefix),
  [`${prefix}calling_policy_id`]: ruleId(prefix),
  [`${prefix}calling_policy_key`]: 'primary',
});

/** A state as an apply leaves it, with a resource of a provider that is nowhere to be had. */
function writeState(path: string, outputs: Record<string, string> = outputsOf(), resources = 1): void {
  mkdirSync(join(path, '..'), { recursive: true });
  const group = {
    mode: 'managed',
    type: 'azurerm_resource_group',
    name: 'Group',
    provider: 'provider["registry.invalid/hashicorp/azurerm"]',
    instances: [{ schema_version: 0, attributes: { id: '/group' }, sensitive_attributes: [] }],
  };
  writeFileSync(
    path,
    JSON.stringify({
      version: 4,
      terraform_version: '1.11.0',
      serial: 1,
      lineage: '00000000-0000-0000-0000-000000000000',
      outputs: Object.fromEntries(
        Object.entries(outputs).map(([name, value]) => [name, { value, type: 'string' }]),
      ),
      resources: resources > 0 ? [group] : [],
    }),
  );
}

function writeStack(output: string, name: string, terraform: object): string {
  const stack = join(folder, output, 'stacks', name);
  mkdirSync(stack, { recursive: true });
  writeFileSync(join(stack, 'cdk.tf.json'), JSON.stringify({ terraform }));
  return stack;
}

const localBackend = (path: string, more: object = {}) => ({ backend: { local: { path, ...more } } });

/** An app that writes its stack where cdktf says, and what it was told beside it. */
function writeApp(lines = ''): void {
  writeFileSync(
    join(folder, 'app.cjs'),
    `const fs = require('node:fs');
     const stack = process.env.CDKTF_OUTDIR + '/stacks/prod';
     fs.mkdirSync(stack, { recursive: true });
     fs.writeFileSync(stack + '/cdk.tf.json', JSON.stringify({ terraform: ${JSON.stringify(localBackend(join(folder, 'prod.tfstate')))} }));
     fs.writeFileSync(__dirname + '/told.json', JSON.stringify(process.env));
     ${lines}`,
  );
  writeFileSync(
    join(folder, 'cdktf.json'),
    JSON.stringify({ app: 'node app.cjs', context: { from: 'the file' } }),
  );
}

/** What the command left in the folder for temporary files. */
const leftovers = () => readdirSync(temporary);

describe('the folder that cdktf wrote to', () => {
  const at = (environment: Record<string, string> = {}) => ({ folder, environment });

  it('is cdktf.out, unless cdktf.json or CDKTF_OUTDIR names another, the variable first', () => {
    expect(outputFolder(at())).toBe(join(folder, 'cdktf.out'));
    writeFileSync(join(folder, 'cdktf.json'), JSON.stringify({ output: 'build/terraform' }));
    expect(outputFolder(at())).toBe(join(folder, 'build/terraform'));
    expect(outputFolder(at({ CDKTF_OUTDIR: '/elsewhere' }))).toBe('/elsewhere');
  });

  it.each([
    [['prod', '--output', 'there'], {}],
    [['--output=there', 'prod'], {}],
    [['prod'], { CDKTF_OUTDIR: 'there' }],
  ])('is told to every command by --output, or the variable: %j %j', async (words, environment) => {
    writeState(join(folder, 'prod.tfstate'));
    writeStack('there', 'prod', localBackend(join(folder, 'prod.tfstate')));
    expect(await read(words, environment)).toMatchObject({ code: 0, out: JSON.stringify(LINK) });
  });

  it.each([[['prod', '--output']], [['--output', '--json', 'prod']], [['prod', '--output=']]])(
    'has to be given with --output: %j',
    async (words) => {
      expect((await read(words)).code).toBe(2);
    },
  );
});

describe('a stack that was never synthesized here', () => {
  it('is synthesized by the app of cdktf.json, aside, and read', async () => {
    writeApp();
    writeState(join(folder, 'prod.tfstate'));
    const answer = await read(['prod'], {
      TF_VAR_secret: 'hidden',
      CDKTF_CONTEXT_JSON: '{"from":"elsewhere"}',
    });
    expect(answer).toMatchObject({ code: 0, out: JSON.stringify(LINK) });
    const told = JSON.parse(readFileSync(join(folder, 'told.json'), 'utf8')) as Record<string, string>;
    expect(JSON.parse(told.CDKTF_CONTEXT_JSON!)).toEqual({ from: 'the file' });
    expect(told.TF_VAR_secret).toBeUndefined();
    expect(existsSync(join(folder, 'cdktf.out'))).toBe(false);
    expect(leftovers()).toEqual([]);
  });

  it('is found also where others were synthesized before it was written', async () => {
    writeApp();
    writeState(join(folder, 'prod.tfstate'));
    writeStack('cdktf.out', 'dev', localBackend('x'));
    expect((await read(['prod'])).code).toBe(0);
  });

  it('keeps what it says of a relative path of its state: that is in the folder where it is deployed', async () => {
    writeApp(
      `fs.writeFileSync(stack + '/cdk.tf.json', JSON.stringify({ terraform: { backend: { local: { path: 'own.tfstate' } } } }));`,
    );
    writeState(join(folder, 'cdktf.out/stacks/prod/own.tfstate'));
    expect((await read(['prod'])).out).toBe(JSON.stringify(LINK));
  });

  it('that cannot be synthesized is told with what the app printed', async () => {
    writeApp(`console.error('FIELD is missing'); process.exit(7);`);
    const { code, err } = await read(['prod']);
    expect(code).toBe(2);
    expect(err).toContain(`the app of ${join(folder, 'cdktf.json')} could not be synthesized`);
    expect(err).toContain("'node app.cjs' ended with exit code 7: mend it, or give ids\nFIELD is missing");
    expect(leftovers()).toEqual([]);
  });

  it('that throws is told with its error first, and not with the frames of Node', async () => {
    const depth =
      'const deep = (n) => { if (n > 0) return deep(n - 1), n; throw new RangeError("FIELD is missing"); };';
    writeApp(`${depth} Error.stackTraceLimit = 50; deep(40);`);
    const { err } = await read(['prod']);
    expect(err).toMatch(/give ids\nRangeError: FIELD is missing\n +at deep /);
    expect(err.split('\n').filter((line) => /^ +at /.test(line))).toHaveLength(2);
  });

  it('that needs variables of Terraform is told that they were withheld', async () => {
    writeApp(`throw new Error(process.env.TF_VAR_field ?? 'TF_VAR_field is missing');`);
    const { code, err } = await read(['prod'], { TF_VAR_field: 'hidden' });
    expect(code).toBe(2);
    expect(err).toContain('it was not given TF_VAR_field on purpose: those are for Terraform');
    expect(err).not.toContain('hidden');
  });

  it('that writes elsewhere is told so', async () => {
    writeApp(`fs.rmSync(process.env.CDKTF_OUTDIR + '/stacks', { recursive: true });`);
    const { code, err } = await read(['prod']);
    expect(code).toBe(2);
    expect(err).toContain(
      "'node app.cjs' wrote no stack into CDKTF_OUTDIR, as an app with an outdir of its own does",
    );
    expect(err).not.toContain('exit code 0');
  });

  it('is waited for, and after some seconds it is said for what', async () => {
    writeApp(
      `while (!fs.existsSync(__dirname + '/go')) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);`,
    );
    writeState(join(folder, 'prod.tfstate'));
    const { code, err } = await read(['prod'], {}, undefined, () => writeFileSync(join(folder, 'go'), ''));
    expect([code, err]).toEqual([
      0,
      `waiting for the app of ${join(folder, 'cdktf.json')}: 'node app.cjs'\n`,
    ]);
  });

  it('is given up when the command is interrupted, with the app, and leaves nothing', async () => {
    writeApp(`
      process.on('SIGINT', () => { fs.writeFileSync(__dirname + '/interrupted', ''); process.exit(130); });
      fs.writeFileSync(__dirname + '/running', '');
      setInterval(() => {}, 1000);`);
    const interrupt = new AbortController();
    const running = new Promise<void>((resolve) => {
      const watcher = watch(folder, (_, name) => {
        if (name !== 'running') return;
        watcher.close();
        resolve();
      });
    });
    const answer = read(['prod'], {}, interrupt.signal);
    await Promise.race([running, answer]);
    interrupt.abort();
    expect(await answer).toEqual({ code: 3, out: '', err: 'acs-push: interrupted\n' });
    expect(existsSync(join(folder, 'interrupted'))).toBe(true);
    expect(leftovers()).toEqual([]);
  });

  it('and cannot be, for there is no cdktf.json, is told so', async () => {
    const { code, err } = await read(['prod'], { CDKTF_OUTDIR: 'there' });
    expect(code).toBe(2);
    expect(err).toContain(
      `no stacks are known here: ${join(folder, 'there', 'stacks')} has none, and ${folder} has no cdktf.json with an app`,
    );
  });
});

describe('a stack in whose folder Terraform was never initialized', () => {
  it('is read through its backend alone, without providers and without a trace', async () => {
    writeState(join(folder, 'prod.tfstate'));
    const stack = writeStack('cdktf.out', 'prod', {
      ...localBackend(join(folder, 'prod.tfstate')),
      required_providers: { azurerm: { source: 'registry.invalid/hashicorp/azurerm', version: '4.55.0' } },
    });
    expect(await read(['prod'])).toEqual({ code: 0, out: JSON.stringify(LINK), err: '' });
    expect(readdirSync(stack)).toEqual(['cdk.tf.json']);
    expect(leftovers()).toEqual([]);
  });

  it('is read in the workspace that is chosen, by TF_WORKSPACE or in its folder', async () => {
    const stack = writeStack('cdktf.out', 'prod', localBackend('prod.tfstate', { workspace_dir: 'spaces' }));
    writeState(join(stack, 'spaces/blue/terraform.tfstate'));
    expect((await read(['prod'], { TF_WORKSPACE: 'blue' })).out).toBe(JSON.stringify(LINK));
    mkdirSync(join(stack, '.terraform'));
    writeFileSync(join(stack, '.terraform/environment'), 'blue');
    expect((await read(['prod'])).out).toBe(JSON.stringify(LINK));
  });

  it.each([false, true])(
    'and has no such workspace is not given one by a command that reads (initialized: %s)',
    async (initialized) => {
      const stack = writeStack(
        'cdktf.out',
        'prod',
        localBackend('prod.tfstate', { workspace_dir: 'spaces' }),
      );
      writeState(join(stack, 'spaces/blue/terraform.tfstate'));
      const env = { ...machineEnvironment(), CHECKPOINT_DISABLE: '1' };
      if (initialized)
        execFileSync('terraform', ['init', '-input=false'], { cwd: stack, env, stdio: 'ignore' });
      const { code, err } = await read(['prod'], { TF_WORKSPACE: 'bleu' });
      expect([code, err]).toEqual([
        2,
        "acs-push: the state of 'prod' has no workspace 'bleu', there are default, blue: choose one by TF_WORKSPACE, or " +
          "by 'terraform workspace select' in the stack's folder\n",
      ]);
      expect(readdirSync(join(stack, 'spaces'))).toEqual(['blue']);
      expect(leftovers()).toEqual([]);
    },
  );

  it.each<[string, Record<string, string>, object]>([
    ["ARM_ENVIRONMENT is 'china'", { ARM_ENVIRONMENT: 'china' }, {}],
    ["environment of the azurerm backend is 'usgovernment'", {}, { environment: 'usgovernment' }],
  ])(
    'and whose state is in another cloud is refused before Terraform runs: %s',
    async (told, over, config) => {
      writeStack('cdktf.out', 'prod', { backend: { azurerm: config } });
      const { code, err } = await read(['prod'], { ...over, TERRAFORM_BINARY_NAME: 'no-terraform' });
      expect(code).toBe(2);
      expect(err).toContain(`${told}, and only the public cloud of Azure is supported`);
    },
  );

  it('and whose backend has a setting that Terraform refuses is told so, without the others', async () => {
    const config = {
      container_name: 'c',
      key: 'k',
      access_key: 'c2VjcmV0',
      bogus: 'one',
      password: ['c2VjcmV0'],
    };
    writeStack('cdktf.out', 'prod', { backend: { azurerm: config } });
    const { code, err } = await read(['prod']);
    expect(code).toBe(2);
    expect(err).toMatch(/bogus|password/);
    expect(err).not.toContain('c2VjcmV0');
    expect(err).not.toContain('backend.tf.json line');
  });

  it('is read as Terraform was initialized elsewhere, by TF_DATA_DIR', async () => {
    writeApp(
      `fs.writeFileSync(stack + '/cdk.tf.json', JSON.stringify({ terraform: { backend: { local: {} } } }));`,
    );
    const stack = writeStack('other', 'prod', { backend: { local: {} } });
    const data = join(folder, 'data');
    execFileSync('terraform', ['init', '-input=false', `-backend-config=path=${folder}/given.tfstate`], {
      cwd: stack,
      env: { ...machineEnvironment(), CHECKPOINT_DISABLE: '1', TF_DATA_DIR: data },
      stdio: 'ignore',
    });
    writeState(join(folder, 'given.tfstate'));
    const before = readdirSync(data);
    expect((await read(['prod'], { TF_DATA_DIR: data })).out).toBe(JSON.stringify(LINK));
    expect(readdirSync(data)).toEqual(before);
  });

  it('and whose backend cannot be reached is told what Terraform says, in a line', async () => {
    writeStack('cdktf.out', 'prod', { backend: { azurerm: { container_name: 'c', key: 'k' } } });
    const { code, err } = await read(['prod'], { TF_CLI_CONFIG_FILE: join(folder, 'missing') });
    expect(code).toBe(2);
    expect(err).toMatch(
      /^acs-push: the state of 'prod' cannot be read: [^\n]+it is in the backend 'azurerm'/,
    );
    expect(err).toContain('storage_account_name');
    expect(err).not.toMatch(/[╷│╵]|CLI configuration/);
    expect(leftovers()).toEqual([]);
  });
});

test('a stack whose Terraform is initialized with options is read in its folder as it is', async () => {
  const stack = writeStack('cdktf.out', 'prod', { backend: { local: {} } });
  execFileSync('terraform', ['init', '-input=false', `-backend-config=path=${folder}/given.tfstate`], {
    cwd: stack,
    env: { ...machineEnvironment(), CHECKPOINT_DISABLE: '1' },
    stdio: 'ignore',
  });
  writeState(join(folder, 'given.tfstate'));
  expect((await read(['prod'])).out).toBe(JSON.stringify(LINK));
});

describe('a stack that says nothing of the link', () => {
  const stack = (outputs: Record<string, string>, resources?: number) => {
    writeState(join(folder, 'prod.tfstate'), outputs, resources);
    writeStack('cdktf.out', 'prod', localBackend(join(folder, 'prod.tfstate')));
  };

  it('is not deployed yet', async () => {
    writeStack('cdktf.out', 'prod', localBackend(join(folder, 'prod.tfstate')));
    const { code, err } = await read(['prod']);
    expect(code).toBe(2);
    expect(err).toContain(
      `acs-push: nothing of the stack 'prod' is deployed by its state (${join(folder, 'prod.tfstate')}): deploy it; if it is deployed, its state is elsewhere`,
    );
    stack({}, 0);
    expect((await read(['prod'])).err).toContain("nothing of the stack 'prod' is deployed");
  });

  it('is deployed, but not in the workspace that is chosen, which is told', async () => {
    const made = writeStack('cdktf.out', 'prod', localBackend('prod.tfstate'));
    writeState(join(made, 'prod.tfstate'));
    const blue = join(made, 'terraform.tfstate.d/blue');
    mkdirSync(blue, { recursive: true });
    const { code, err } = await read(['prod'], { TF_WORKSPACE: 'blue' });
    expect(code).toBe(2);
    expect(err).toContain(`by its state (${join(blue, 'terraform.tfstate')}, workspace 'blue')`);
  });

  it('is deployed and gives out nothing', async () => {
    stack({ mine: 'x' });
    const { code, err } = await read(['prod']);
    expect(code).toBe(2);
    expect(err).toContain(
      "the stack 'prod' is deployed and gives out nothing of PushNotifications: it has outputs: false, or was deployed with a version that gave out nothing: deploy it again",
    );
  });

  it('is deployed in part', async () => {
    stack({ communication_service_id: acsId(), calling_policy_key: 'primary' });
    expect((await read(['prod'])).err).toContain(
      "the stack 'prod' has no output 'calling_hub_id': the last deploy did not come to it: deploy it again",
    );
  });

  it('is none that there is', async () => {
    stack(outputsOf());
    writeStack('cdktf.out', 'staging', {});
    const { code, err } = await read(['prdo']);
    expect([code, err]).toEqual([2, "acs-push: no such stack 'prdo'; known are: prod, staging\n"]);
  });

  it('has a state that is broken', async () => {
    stack({});
    writeFileSync(join(folder, 'prod.tfstate'), 'no state');
    const { code, err } = await read(['prod']);
    expect(code).toBe(2);
    expect(err).toMatch(/^acs-push: the state of 'prod' cannot be read: [^\n╷│╵]+\n$/);
    expect(err).toContain('the state is damaged: put its last copy in its place');
  });
});

describe('what cannot be read', () => {
  const stack = () => {
    writeState(join(folder, 'prod.tfstate'));
    return writeStack('cdktf.out', 'prod', localBackend(join(folder, 'prod.tfstate')));
  };
  const fileIn = (made: string, file: string, content: string) => {
    mkdirSync(join(made, file, '..'), { recursive: true });
    writeFileSync(join(made, file), content);
  };

  it.each<[string, string, () => void]>([
    ['cdk.tf.json', 'cdk.tf.json is no JSON', () => fileIn(stack(), 'cdk.tf.json', '{')],
    ['cdk.tf.json', 'cdk.tf.json takes a JSON object, got []', () => fileIn(stack(), 'cdk.tf.json', '[]')],
    [
      "Terraform's record",
      '.terraform/terraform.tfstate is no JSON',
      () => fileIn(stack(), '.terraform/terraform.tfstate', 'x'),
    ],
    [
      'the chosen workspace',
      '.terraform/environment cannot be read: EISDIR',
      () => mkdirSync(join(stack(), '.terraform/environment'), { recursive: true }),
    ],
    [
      'output',
      'output of FOLDER/cdktf.json takes a text, got 5',
      () => fileIn(folder, 'cdktf.json', '{"output":5}'),
    ],
    [
      'app',
      'app of FOLDER/cdktf.json takes a text, got ["a"]',
      () => fileIn(folder, 'cdktf.json', '{"app":["a"]}'),
    ],
    [
      'context',
      'context of FOLDER/cdktf.json takes an object',
      () => fileIn(folder, 'cdktf.json', '{"context":1}'),
    ],
    ['cdktf.json', 'FOLDER/cdktf.json cannot be read: EISDIR', () => mkdirSync(join(folder, 'cdktf.json'))],
    ['stacks', 'cdktf.out/stacks cannot be read: ENOTDIR', () => fileIn(folder, 'cdktf.out/stacks', '')],
  ])('is named: %s, %s', async (_, problem, write) => {
    write();
    const { code, err } = await read(['prod']);
    expect(err.replaceAll(folder, 'FOLDER')).toContain(problem);
    expect(code).toBe(2);
  });

  it.each([
    ['no-such-program', 'is not installed, or no program'],
    ['/', 'is not installed, or no program'],
    ['true', 'cannot be read: '],
  ])('is a Terraform of the name %s', async (program, problem) => {
    stack();
    const { code, err } = await read(['prod'], { TERRAFORM_BINARY_NAME: program });
    expect(err).toContain(problem);
    expect(code).toBe(2);
  });

  it('is a Terraform that answers something else', async () => {
    const made = writeStack('cdktf.out', 'prod', {});
    writeState(join(made, 'terraform.tfstate'));
    const { code, err } = await read(['prod'], { TERRAFORM_BINARY_NAME: 'echo' });
    expect(err).toContain("the state of 'prod' cannot be read: 'echo' answered no JSON");
    expect(code).toBe(2);
  });

  it('is for want of a folder for temporary files', async () => {
    stack();
    const { code, err } = await read(['prod'], { TMPDIR: join(folder, 'missing') });
    expect(err).toContain(`no temporary folder can be made in ${join(folder, 'missing')}: ENOENT`);
    expect(code).toBe(2);
  });
});

describe('of several sets of outputs', () => {
  const stack = (outputs: Record<string, string>) => {
    writeState(join(folder, 'prod.tfstate'), outputs);
    writeStack('cdktf.out', 'prod', localBackend(join(folder, 'prod.tfstate')));
  };
  const hubOf = ({ out }: Answer) => (JSON.parse(out) as { notificationHubId: string }).notificationHubId;

  it('the only one is found, whatever its prefix', async () => {
    stack({ ...outputsOf('app_2_'), function_app_id_of_mine: 'x' });
    expect(hubOf(await read(['prod']))).toBe(hubId('app_2_'));
  });

  it('one has to be chosen by --outputs, and they are listed', async () => {
    stack({ ...outputsOf(), ...outputsOf('chat_'), ...outputsOf('app_') });
    const { code, err } = await read(['prod']);
    expect([code, err]).toEqual([
      2,
      "acs-push: the stack 'prod' has several PushNotifications: choose one by --outputs '', --outputs app, --outputs chat\n",
    ]);
    expect(hubOf(await read(['prod', '--outputs', 'chat']))).toBe(hubId('chat_'));
    expect(hubOf(await read(['--outputs=app', 'prod']))).toBe(hubId('app_'));
    expect(hubOf(await read(['prod', '--outputs', '']))).toBe(hubId());
  });

  it('one that there is not is refused, with those that there are', async () => {
    stack({ ...outputsOf(), ...outputsOf('chat_') });
    expect((await read(['prod', '--outputs', 'caht'])).err).toBe(
      "acs-push: the stack 'prod' has no outputs 'caht': there are '' (without a prefix), chat\n",
    );
  });
});

test('what Terraform prints is kept whole when it names no error', () => {
  expect(terraformProblem({ out: '', err: '╷\n│ something odd\n╵\n' })).toBe('something odd');
});
