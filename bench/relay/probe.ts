import Module from 'node:module';
import { answerQuestions } from './questions';
import { usage } from './usage';

/**
 * Loaded into a Functions host before anything else: tells the bench what the process uses, and how long the app's code
 * took to load.
 */

const loader = Module as unknown as { _load(request: string, ...rest: unknown[]): unknown };
const load = loader._load;
const folder = process.argv[2]!;
let loadingMs = 0;

loader._load = function (this: unknown, request: string, ...rest: unknown[]) {
  if (!request.startsWith(folder)) return load.call(this, request, ...rest);
  const start = performance.now();
  try {
    return load.call(this, request, ...rest);
  } finally {
    loadingMs += performance.now() - start;
  }
};

answerQuestions({ ...usage, loadingMs: () => loadingMs });
