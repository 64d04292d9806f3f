import { EXIT } from '../../cli/exit-code';
import type { CallPlacer } from '../../link';
import { MINUTE } from '../link/support/linked-app';
import { TestCallBench } from './test-call-bench';

let bench: TestCallBench;

beforeAll(async () => (bench = await TestCallBench.start()));
afterAll(() => bench?.close());
beforeEach(() => bench.app.pass(30 * MINUTE));

const NOBODY_CALLS: CallPlacer = {
  place: () => {
    throw new Error('a call was placed');
  },
};

test('the call was delivered: live, with the call in the report', async () => {
  const { rawId } = bench.registered();
  const { code, out } = await bench.verify(rawId, ['--json']);
  const report = JSON.parse(out);
  expect(report).toMatchObject({
    verdict: 'live',
    level: 'live',
    proved: true,
    call: { verdict: 'delivered' },
  });
  expect(report.checks.at(-1)).toMatchObject({ id: 'test-call', status: 'pass' });
  expect(code).toBe(EXIT.ok);
});

test('an earlier delivery does not stand in for the call that was asked for', async () => {
  const { rawId } = bench.registered();
  expect((await bench.verify(rawId)).code).toBe(EXIT.ok);
  await bench.app.pass(10 * MINUTE);
  const { code, out } = await bench.verify(bench.newUser(), ['--json']);
  expect(JSON.parse(out)).toMatchObject({ proved: false, call: { verdict: 'nobody-registered' } });
  expect(code).toBe(EXIT.notProved);
});

test('the push service refused it: undelivered, and the metric that says so', async () => {
  const { rawId, handle } = bench.registered();
  bench.app.services.pushServices.setHandle(handle, 'live', { environment: 'sandbox' });
  const { code, out } = await bench.verify(rawId);
  expect(out).toContain('outgoing.apns.badchannel');
  expect(out).toContain('undelivered');
  expect(code).toBe(EXIT.notProved);
});

test('a link that is broken is not called through', async () => {
  const words = ['--apns', 'sandbox', '--json'];
  const { code, out, err } = await bench.verify(bench.newUser(), words, { calls: NOBODY_CALLS });
  expect(JSON.parse(out).verdict).toBe('broken');
  expect(err).toContain('not called: the link has to be proved first');
  expect(code).toBe(EXIT.failed);
});

test.each([
  [['--level', 'settled'], 'give --level live with it'],
  [['--call', 'somebody'], '--user '],
])('bad input: %p', async (words, says) => {
  const { code, err } = await bench.verify(bench.newUser(), words, { calls: NOBODY_CALLS });
  expect(err).toContain(says);
  expect(code).toBe(EXIT.badInput);
});
