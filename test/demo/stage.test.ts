import { readFlags } from '../../demo/flags';
import { Stage } from '../../demo/stage';

/** What a story prints into a pipe. */
async function printed(args: string[]): Promise<string> {
  let out = '';
  const pipe = { write: (text: string) => (out += text) } as unknown as NodeJS.WriteStream;
  const stage = new Stage(readFlags(args), pipe, new AbortController().signal);
  await stage.step('deploying', async (step) => step.line('Push/Hub', '+'));
  stage.tell('told');
  stage.detail('a detail');
  stage.summarize(['the summary']);
  return out.replace(/\d+\.\d s/g, 'T s');
}

test('the story is told, and then its summary', async () => {
  expect(await printed([])).toBe('  + Push/Hub\n✓ deploying  (T s)\ntold\n    a detail\nthe summary\n');
});

test.each(['--quiet', '-q'])('%s leaves the summary alone', async (option) => {
  expect(await printed([option])).toBe('the summary\n');
});

test('--quiet and --verbose are opposites', () => {
  expect(() => readFlags(['--quiet', '--verbose'])).toThrow('ask for opposite things');
});

test('what --open opens stays', () => {
  expect(readFlags(['--open'])).toMatchObject({ open: true, keep: true });
});
