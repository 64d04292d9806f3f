import { simulate } from '../../bench/scale/simulation';
import { VirtualTime } from '../support/virtual-time';

test('virtual time wakes in the order of time, and runs what is set meanwhile', async () => {
  const time = new VirtualTime(1_000);
  const woken: string[] = [];
  const wake = (name: string) => () => void woken.push(`${name} ${Date.now()}`);
  void time.sleep(30).then(wake('c'));
  void time.sleep(10).then(async () => {
    wake('a')();
    await time.sleep(15);
    wake('b')();
    const cleared = setTimeout(wake('never'), 1);
    clearTimeout(cleared);
    setTimeout(wake('d'), 1_000);
  });
  await time.pass(40);
  expect(woken).toEqual(['a 1010', 'b 1025', 'c 1030']);
  expect(time.now()).toBe(1_040);
  await time.pass(1_000);
  expect(woken.at(-1)).toBe('d 2025');
  expect(Date.now()).toBeGreaterThan(1e12);
});

test('what two partitions take is too much for one', async () => {
  const at = (partitions: number) => ({ eventsPerSecond: 1_500, instances: 4, accounts: 1, partitions });
  const [one, two] = [await simulate(at(1), 4), await simulate(at(2), 4)];
  expect(two).toMatchObject({ works: true, failedDeliveries: 0, throttled: 0, unmarked: 0 });
  expect(two.changesPerEvent).toBeCloseTo(2, 1);
  expect(one.works).toBe(false);
  expect(one.throttled).toBeGreaterThan(0);
  expect(one.waiting[1]).toBeGreaterThan(one.waiting[0]);
});

test('the same seed gives the same run', async () => {
  const setting = { eventsPerSecond: 200, instances: 2, partitions: 4, accounts: 2 };
  const first = await simulate(setting, 2, 7);
  expect(await simulate(setting, 2, 7)).toEqual(first);
  expect(await simulate(setting, 2, 8)).not.toEqual(first);
});
