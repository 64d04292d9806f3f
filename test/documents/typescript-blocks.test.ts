import { problemsOf } from './compile';
import { allBlocks, blocksOf } from './markdown';

const WRONG = `
<!-- ts: declare const names: string[] -->
\`\`\`ts
const first: string = names[0]!;
hub.grantNothing(first);
\`\`\`

- a list
  \`\`\`ts
  // stack.ts
  export class AppStack {}
  \`\`\`

\`\`\`ts
import { App } from 'cdktn';
import { PushNotifications } from 'cdktf-acs-push/cdktn';
import { AppStack } from './stack';
new PushNotifications(new App(), 1, new AppStack());
\`\`\`

<!-- ts: declare const missing: Missing -->
\`\`\`ts
const monitoring = { emails: 1 };
new PushNotifications(this, 'Push', { ...missing, monitoring });
\`\`\`
`;

const blocks = allBlocks('ts', 'typescript');
let problems: readonly string[];

beforeAll(() => {
  problems = problemsOf([...blocks, ...blocksOf('docs/wrong.md', WRONG, ['ts'])]);
});

const isOfWrong = (problem: string) => problem.startsWith('docs/wrong.md:');

test('every TypeScript block of the documents compiles', () => {
  expect(blocks.length).toBeGreaterThan(10);
  expect(problems.filter((problem) => !isOfWrong(problem))).toEqual([]);
});

test('what does not compile is told by document and line', () => {
  expect(problems.filter(isOfWrong)).toEqual([
    "docs/wrong.md:5: Property 'grantNothing' does not exist on type 'NotificationHub'.",
    "docs/wrong.md:23 (its <!-- ts: … -->): Cannot find name 'Missing'.",
    "docs/wrong.md:18: Argument of type 'number' is not assignable to parameter of type 'string'.",
  ]);
});
