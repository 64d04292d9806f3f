import type { Io } from '../../../cli/io';
import { placeOf } from '../../../cli/recover/place-of';
import { AzureError, type AzureReader } from '../../../link';
import { progressTo } from '../../support/progress-told';

test.each([
  ['throttled', new AzureError('throttled', '429', { status: 429, retryAfter: 17_000 }), 17_000],
  ['not answered', new AzureError('network', 'the connection was lost'), 5_000],
])('a question that is %s is asked again', async (_, error, milliseconds) => {
  const left = [error];
  const slept: number[] = [];
  let told = '';
  const azure = {
    get: (id: string) => {
      const struck = left.shift();
      return struck ? Promise.reject(struck) : Promise.resolve({ id, properties: {} });
    },
  } as unknown as AzureReader;
  const clock = { now: () => 0, sleep: async (time: number) => void slept.push(time) };
  const io = {
    stacks: { withProviders: () => Promise.resolve({}) },
    environment: {},
    signal: new AbortController().signal,
    connect: () => ({ azure, clock }),
    progress: progressTo((text) => (told += text)),
  } as unknown as Io;
  const place = await placeOf('prod', io);
  expect(await place.azure.get('/subscriptions/s', 'v', place.signal)).toMatchObject({
    id: '/subscriptions/s',
  });
  expect(slept).toEqual([milliseconds]);
  expect(told).toBe(`asking Azure again in ${milliseconds / 1_000} s: ${error.message}\n`);
});
