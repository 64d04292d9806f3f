import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const ROOT = join(__dirname, '..');
/** Projects with workflows: this one, and the one to copy. */
const PROJECTS = ['', 'examples/pull-requests'];

/**
 * Commits of the actions that may be used, by their release. Each is named with its release by many public workflows; a
 * tag can be moved to other code, a commit cannot.
 */
const ACTIONS: Readonly<Record<string, string>> = {
  'actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8': 'v5.0.0',
  'actions/setup-node@49933ea5288caeca8642d1e84afbd3f7d6820020': 'v4.4.0',
  'actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02': 'v4.6.2',
  'actions/download-artifact@d3f86a106a0bac45b974a628896c90dbdf5c8093': 'v4',
  'hashicorp/setup-terraform@b9cd54a3c349d3f38e8881555d616ced269862dd': 'v3.1.2',
};

type Permissions = Readonly<Record<string, string>>;

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

interface Job {
  readonly uses?: string;
  readonly if?: string;
  readonly needs?: string;
  readonly environment?: string;
  readonly permissions?: Permissions;
  readonly env?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
  readonly 'timeout-minutes'?: number;
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Permissions;
  readonly jobs: Readonly<Record<string, Job>>;
}

const files = PROJECTS.flatMap((project) =>
  readdirSync(join(ROOT, project, '.github/workflows')).map((name) => ({
    project,
    path: join(project, '.github/workflows', name),
  })),
);

function read(path: string): { text: string; workflow: Workflow } {
  const text = readFileSync(join(ROOT, path), 'utf8');
  // YAML 1.1 reads the key `on` as true, which GitHub does not.
  return { text, workflow: parse(text, { version: '1.2', strict: true }) as Workflow };
}

function stepsOf(workflow: Workflow): Step[] {
  return Object.values(workflow.jobs).flatMap(({ steps }) => steps ?? []);
}

/** What is wrong with a workflow, a line each. */
function problems(text: string, workflow: Workflow): string[] {
  const steps = stepsOf(workflow);
  return [
    ...Object.keys(workflow.on).flatMap((event) =>
      // It runs with the rights of the repository, on words of whoever opened the pull request.
      /^(pull_request_target|workflow_run|issue_comment)$/.test(event) ? `on: ${event}` : [],
    ),
    ...Object.entries(workflow.permissions ?? { all: 'write' }).flatMap(([name, right]) =>
      name === 'contents' && right === 'read' ? [] : `permissions of all jobs: ${name}: ${right}`,
    ),
    ...steps.flatMap(({ uses }) => (uses && !(uses in ACTIONS) ? `uses: ${uses}` : [])),
    ...[...text.matchAll(/uses: (\S+@\S+) # (\S+)/g)].flatMap(([, uses, release]) =>
      ACTIONS[uses!] === release ? [] : `release: ${uses} is not ${release}`,
    ),
    ...steps.flatMap(({ run }) => (run?.includes('${{') ? `an expression in run: ${run}` : [])),
    ...steps.flatMap(({ run }) =>
      run && /\becho\b.*(TOKEN|SECRET|TF_VAR)|\bprintenv\b|^\s*env\s*$|set -x/m.test(run)
        ? `prints what may be secret: ${run}`
        : [],
    ),
    ...steps.flatMap((step) =>
      step.uses?.startsWith('actions/checkout@') && step.with?.['persist-credentials'] !== false
        ? 'a checkout keeps its token'
        : [],
    ),
    ...Object.entries(workflow.jobs).flatMap(([name, job]) =>
      !job.uses && !job['timeout-minutes'] ? `${name}: no timeout` : [],
    ),
  ];
}

describe.each(files)('$path', ({ project, path }) => {
  const { text, workflow } = read(path);
  const steps = stepsOf(workflow);

  test('is safe', () => {
    expect(problems(text, workflow)).toEqual([]);
  });

  test('runs scripts that there are', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, project, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const called = steps.flatMap(({ run }) =>
      [...(run ?? '').matchAll(/\bnpm (?:run )?(?!ci\b)([\w:-]+)/g)].map(([, name]) => name!),
    );
    expect(called.filter((name) => !(name in scripts))).toEqual([]);
  });

  test('calls workflows that there are', () => {
    const called = Object.values(workflow.jobs).flatMap(({ uses }) => uses ?? []);
    expect(called.filter((name) => !existsSync(join(ROOT, project, name)))).toEqual([]);
  });

  test('signs in by OIDC alone, and gives each job no more than it needs', () => {
    for (const job of Object.values(workflow.jobs)) {
      const signsIn = job.env?.ARM_USE_OIDC === 'true' || job.uses?.includes('deploy-environment') === true;
      const comments = job.steps?.some(({ run }) => run?.includes('gh pr comment')) === true;
      expect(job.permissions ?? workflow.permissions).toEqual({
        ...(comments ? { 'pull-requests': 'write' } : { contents: 'read' }),
        ...(signsIn && { 'id-token': 'write' }),
      });
    }
    expect(text).not.toMatch(/CLIENT_SECRET|CLIENT_CERTIFICATE|creds:/);
  });
});

describe.each(PROJECTS.map((project) => [project || 'this repository', project] as const))(
  'in %s',
  (_, project) => {
    const workflows = join(project, '.github/workflows');

    test('environments are deployed one after the other, each with its protection', () => {
      const { workflow } = read(join(workflows, 'deploy.yml'));
      expect(Object.entries(workflow.jobs).map(([name, { needs }]) => [name, needs])).toEqual([
        ['dev', undefined],
        ['staging', 'dev'],
        ['prod', 'staging'],
      ]);
      const { deploy } = read(join(workflows, 'deploy-environment.yml')).workflow.jobs;
      expect(deploy!.environment).toBe('${{ inputs.environment }}');
      // What is started by hand may be of any branch; the others wait for the first.
      expect(workflow.jobs.dev!.if).toBe("github.ref == 'refs/heads/main'");
    });

    test('code of a fork does not sign in', () => {
      const signingIn = readdirSync(join(ROOT, workflows)).flatMap((name) => {
        const { workflow } = read(join(workflows, name));
        if (!('pull_request' in workflow.on)) return [];
        return Object.values(workflow.jobs).filter(({ env }) => env?.ARM_USE_OIDC === 'true');
      });
      expect(signingIn.map((job) => job.if)).toEqual([
        expect.stringContaining('github.event.pull_request.head.repo.full_name == github.repository'),
      ]);
    });

    test('the plan that is commented says of which commit it is', () => {
      const comments = readdirSync(join(ROOT, workflows))
        .flatMap((name) => stepsOf(read(join(workflows, name)).workflow))
        .filter(({ run }) => run?.includes('gh pr comment'));
      expect(comments.map(({ env }) => env?.COMMIT)).toEqual(['${{ github.event.pull_request.head.sha }}']);
      expect(comments[0]!.run).toContain('$COMMIT');
    });
  },
);

test('this repository is tested on each Node that it names', () => {
  const { test: job } = read('.github/workflows/ci.yml').workflow.jobs as Record<
    string,
    { strategy: { matrix: { node: number[] } } }
  >;
  expect(job!.strategy.matrix.node).toEqual([20, 22, 24]);
});

test.each<[string, string, string]>([
  [
    'a tag',
    'uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0',
    'uses: actions/checkout@v5',
  ],
  ['what somebody wrote', 'run: npm ci', 'run: echo ${{ github.event.pull_request.title }}'],
  ['a printed secret', 'run: npm ci', 'run: echo $APNS_TOKEN'],
  ['more rights', 'permissions:\n  contents: read', 'permissions:\n  contents: write'],
  ['a trigger with rights', 'pull_request:', 'pull_request_target:'],
  ['another release', '# v4.4.0', '# v4.3.0'],
])('the check finds %s', (_, from, to) => {
  const text = read('.github/workflows/ci.yml').text.replace(from, to);
  expect(problems(text, parse(text) as Workflow)).not.toEqual([]);
});
