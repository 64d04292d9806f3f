import { ManualClock } from '../../azure/core/clock';
import type { PageModel, Section } from '../../page/model';
import { Projector, type Sections } from '../../page/projector';
import { clockSection } from '../../page/sections/clock';

/** Sections that tell how often each was read, and one of which is what it is set to. */
function watched() {
  const reads: Section[] = [];
  const state = { now: 0, clockMoved: false, messages: [] as unknown[], broken: false };
  const section = (name: Section, read: () => unknown) => ({
    read: () => {
      reads.push(name);
      return read();
    },
  });
  const sections = {
    about: section('about', () => ({ version: '1' })),
    // A reader who saw it at zero reckons what it is now.
    clock: { ...section('clock', () => ({ now: state.now })), holds: () => !state.clockMoved },
    messages: section('messages', () => {
      if (state.broken) throw new Error('no messages');
      return state.messages;
    }),
  } as unknown as Sections;
  const logged: string[] = [];
  return { reads, state, logged, projector: new Projector(sections, (line) => logged.push(line)) };
}

/** What a viewer got, one after another. */
function viewer() {
  const got: string[] = [];
  let wake = () => undefined as void;
  return {
    got,
    view: (section: Section, json: string) => {
      got.push(`${section} ${json}`);
      wake();
    },
    next: () => new Promise<void>((resolve) => (wake = resolve)),
  };
}

describe('the projector of the page', () => {
  test('hands over every section, and from then on what has changed alone', async () => {
    const { state, projector } = watched();
    const one = viewer();
    const leave = projector.watch(one.view);
    expect(one.got).toEqual(['about {"version":"1"}', 'clock {"now":0}', 'messages []']);
    state.messages.push('Hi');
    projector.changed();
    await one.next();
    expect(one.got.slice(3)).toEqual(['messages ["Hi"]']);
    leave();
  });

  test('gives a newcomer what is there now, and the others what has changed alone', () => {
    const { state, projector } = watched();
    const [first, second, third] = [viewer(), viewer(), viewer()];
    const leave = [projector.watch(first.view)];
    first.got.length = 0;
    state.now = 7;
    leave.push(projector.watch(second.view));
    expect(second.got).toEqual(['about {"version":"1"}', 'clock {"now":7}', 'messages []']);
    expect(first.got).toEqual([]);
    state.clockMoved = true;
    state.messages.push('Hi');
    leave.push(projector.watch(third.view));
    expect(first.got).toEqual(['clock {"now":7}', 'messages ["Hi"]']);
    leave.forEach((one) => one());
  });

  test('reads a section once for all that happens in a moment, however many look', async () => {
    const { reads, state, projector } = watched();
    const viewers = Array.from({ length: 50 }, viewer);
    const leave = viewers.map(({ view }) => projector.watch(view));
    reads.length = 0;
    for (let number = 0; number < 1000; number += 1) {
      state.messages.push(number);
      projector.changed();
    }
    await viewers[49]!.next();
    expect(reads.filter((name) => name === 'messages')).toHaveLength(1);
    for (const { got } of viewers) expect(got.at(-1)).toBe(`messages ${JSON.stringify(state.messages)}`);
    leave.forEach((one) => one());
  });

  test('reads nothing while nobody looks', async () => {
    const { reads, state, projector } = watched();
    projector.changed();
    projector.watch(viewer().view)();
    reads.length = 0;
    state.messages.push('Hi');
    projector.changed();
    expect(reads).toEqual([]);
    const late = viewer();
    projector.watch(late.view)();
    expect(late.got).toContain('messages ["Hi"]');
  });

  test('a section that cannot be read is told in the log, and keeps no other back', async () => {
    const { state, logged, projector } = watched();
    state.broken = true;
    const one = viewer();
    projector.watch(one.view)();
    expect(logged).toEqual(['the page cannot show messages: no messages']);
    expect(one.got).toHaveLength(2);
  });

  test('of a section that cannot be read a newcomer gets what was there last', () => {
    const { state, projector } = watched();
    const leave = projector.watch(viewer().view);
    state.broken = true;
    const late = viewer();
    projector.watch(late.view)();
    expect(late.got).toContain('messages []');
    leave();
  });
});

describe('the clock that the page shows', () => {
  const at = (seconds: number): PageModel['clock'] => ({
    now: new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString(),
    speed: 60,
    canAdvance: true,
  });

  test('is told again when it is not what a reader reckons', () => {
    const { holds } = clockSection({ now: () => 0, sleep: async () => undefined, speed: 60 });
    expect(holds!(at(0), at(60), 1000)).toBe(true);
    expect(holds!(at(0), at(3660), 1000)).toBe(false);
  });

  test('stands where local Azure was started with a clock that does', async () => {
    const clock = new ManualClock();
    const { read, holds } = clockSection(clock);
    const before = read();
    expect(before).toEqual({ now: '2026-01-01T00:00:00.000Z', speed: 0, canAdvance: true });
    expect(holds!(before, read(), 60_000)).toBe(true);
    await clock.advance(1000);
    expect(holds!(before, read(), 0)).toBe(false);
  });
});
