import { ApplyProgress } from '../../cli/apply-progress';

/** What a person sees of a step: the lines that stay, and what is drawn below them. */
function watched() {
  const lines: string[] = [];
  let detail: string | (() => string) = '';
  let seconds = 0;
  const apply = new ApplyProgress(
    { line: (text, mark) => lines.push(`${mark} ${text}`), now: (news) => (detail = news) },
    () => seconds * 1000,
  );
  return {
    apply,
    lines,
    pass: (more: number) => (seconds += more),
    shown: () => (typeof detail === 'string' ? detail : detail()).split('\n'),
  };
}

const HUB = 'azapi_resource.Push_CallingHub_1A2B (Push/CallingHub/Resource)';
const PROOF = 'terraform_data.Push_Verification_3C4D (Push/Verification/Resource)';

test('each resource that is finished is one line, with how long it took and what became of it', () => {
  const { apply, lines, pass } = watched();
  apply.read(`local  ${HUB}: Destroying... [id=/x]`);
  pass(2);
  apply.read(`       ${HUB}: Destruction complete after 2s`);
  apply.read(`local  ${HUB}: Creating...`);
  pass(65);
  apply.read(`       ${HUB}: Creation complete after 1m5s [id=/x]`);
  apply.read(`local  ${PROOF}: Modifying... [id=y]`);
  apply.read(`       ${PROOF}: Modifications complete after 0s [id=y]`);
  expect(lines).toEqual([
    '- Push/CallingHub  azapi_resource, 2.0 s',
    '+ Push/CallingHub  azapi_resource, 1 min 5 s',
    '~ Push/Verification  terraform_data, 0.0 s',
  ]);
  expect(apply.applied).toEqual({ made: 1, changed: 1, destroyed: 1 });
});

test('Terraform by itself names a resource by its address, of modules and keys too', () => {
  const { apply, lines } = watched();
  apply.read('module.push.azapi_resource.hub["a"]: Creating...');
  apply.read('azapi_resource.hub["a"]: Creating...');
  apply.read('azapi_resource.hub["a"]: Creation complete after 0s [id=/x]');
  expect(lines).toContain('+ azapi_resource.hub["a"], 0.0 s');
});

test('below, the longest under way comes first, with what its program last said', () => {
  const { apply, pass, shown } = watched();
  apply.read('local  Plan: 3 to add, 1 to change, 0 to destroy.');
  apply.read(`local  ${PROOF}: Creating...`);
  apply.read(`       ${PROOF} (local-exec): Executing: ["node" "verify.cjs"]`);
  pass(30);
  apply.read(`       ${HUB}: Creating...`);
  expect(shown()).toEqual([
    '0 of 4 resources',
    'Push/Verification  terraform_data: creating, 30 s',
    'Push/CallingHub  azapi_resource: creating, 0.0 s',
  ]);
  apply.read(`       ${PROOF} (local-exec): waiting for the window, until 12:34:56`);
  apply.read(`       ${PROOF} (local-exec): `);
  apply.read(`       ${HUB}: Creation complete after 0s [id=/x]`);
  expect(shown()).toEqual([
    '1 of 4 resources',
    'Push/Verification  terraform_data: creating, 30 s: waiting for the window, until 12:34:56',
  ]);
});

test('before the first resource the phase is shown', () => {
  const { apply, shown } = watched();
  expect(shown()).toEqual(['synthesizing']);
  apply.read('local  Initializing provider plugins...');
  expect(shown()).toEqual(['terraform init']);
  apply.read(`local  ${HUB}: Refreshing state... [id=/x]`);
  expect(shown()).toEqual(['reading what is there']);
});

test('more than a small terminal has room for are counted', () => {
  const { apply, shown } = watched();
  for (let i = 0; i < 12; i++) apply.read(`azapi_resource.hub${i}: Creating...`);
  expect(shown()).toHaveLength(9);
  expect(shown().at(-1)).toBe('and 5 more');
});

test('what Terraform says beside is left out', () => {
  const { apply, lines } = watched();
  apply.read(`local  ${HUB}: Creating...`);
  apply.read('       Warning: something');
  apply.read(`       ${HUB}: Still creating... [10s elapsed]`);
  apply.read(`       ${HUB}: Creation complete after 11s [id=/x]`);
  apply.read('local  Apply complete! Resources: 1 added.');
  expect(lines).toEqual(['+ Push/CallingHub  azapi_resource, 0.0 s']);
});
