import { isQuiet, isTimeZone, type QuietHours } from '../../../relay/preferences/quiet-hours';

const at = (iso: string) => Date.parse(iso);
const night: QuietHours = { timeZone: 'Europe/Berlin', from: '22:00', to: '07:00' };
const quiet = (hours: QuietHours, iso: string) => isQuiet(hours, at(iso));

test.each([
  ['2026-01-15T20:59:59Z', false],
  ['2026-01-15T21:00:00Z', true],
  ['2026-01-15T23:30:00Z', true],
  ['2026-01-16T05:59:59Z', true],
  ['2026-01-16T06:00:00Z', false],
])('a night in Berlin goes over midnight: %s is quiet: %s', (iso, expected) => {
  expect(quiet(night, iso)).toBe(expected);
});

test('in summer the same hours are another time of the world', () => {
  expect(quiet(night, '2026-07-15T20:30:00Z')).toBe(true);
  expect(quiet(night, '2026-01-15T20:30:00Z')).toBe(false);
});

describe('on the days on which clocks change', () => {
  test('the hour that spring leaves out is not missed', () => {
    // 2026-03-29: after 01:59 comes 03:00.
    const hours = { timeZone: 'Europe/Berlin', from: '02:30', to: '04:00' };
    expect(quiet(hours, '2026-03-29T00:59:59Z')).toBe(false);
    expect(quiet(hours, '2026-03-29T01:00:00Z')).toBe(true);
    expect(quiet(hours, '2026-03-29T01:59:59Z')).toBe(true);
    expect(quiet(hours, '2026-03-29T02:00:00Z')).toBe(false);
  });

  test('hours that lie in what spring leaves out do not come that day', () => {
    const hours = { timeZone: 'Europe/Berlin', from: '02:10', to: '02:50' };
    const everyMinute = Array.from({ length: 24 * 60 }, (_, i) => at('2026-03-28T23:00:00Z') + i * 60_000);
    expect(everyMinute.filter((time) => isQuiet(hours, time))).toEqual([]);
  });

  test('the hour that comes twice in autumn is quiet twice', () => {
    // 2026-10-25: after 02:59 of summer comes 02:00 of winter.
    const hours = { timeZone: 'Europe/Berlin', from: '02:00', to: '03:00' };
    expect(quiet(hours, '2026-10-24T23:59:59Z')).toBe(false);
    expect(quiet(hours, '2026-10-25T00:00:00Z')).toBe(true);
    expect(quiet(hours, '2026-10-25T01:30:00Z')).toBe(true);
    expect(quiet(hours, '2026-10-25T02:00:00Z')).toBe(false);
  });

  test('a night is an hour shorter or longer and ends when the clock says so', () => {
    const minutes = (from: string) =>
      Array.from({ length: 24 * 60 }, (_, i) => at(from) + i * 60_000).filter((time) => isQuiet(night, time))
        .length;
    expect(minutes('2026-03-28T12:00:00Z')).toBe(8 * 60);
    expect(minutes('2026-10-24T12:00:00Z')).toBe(10 * 60);
    expect(minutes('2026-06-01T12:00:00Z')).toBe(9 * 60);
  });

  test('the other half of the world changes at other times', () => {
    // 2026-04-05, Lord Howe: back by half an hour at 02:00 to 01:30.
    const hours = { timeZone: 'Australia/Lord_Howe', from: '01:30', to: '02:00' };
    const quietMinutes = Array.from(
      { length: 6 * 60 },
      (_, i) => at('2026-04-04T12:00:00Z') + i * 60_000,
    ).filter((time) => isQuiet(hours, time));
    expect(quietMinutes).toHaveLength(60);
  });
});

test('zones that are off by parts of an hour, and past the date line', () => {
  expect(quiet({ ...night, timeZone: 'Asia/Kathmandu' }, '2026-01-15T16:15:00Z')).toBe(true);
  expect(quiet({ ...night, timeZone: 'Asia/Kathmandu' }, '2026-01-15T16:14:59Z')).toBe(false);
  expect(quiet({ ...night, timeZone: 'Pacific/Kiritimati' }, '2026-01-15T08:00:00Z')).toBe(true);
});

describe('days are those on which quiet hours begin', () => {
  // 2026-01-16 is a Friday.
  const weekend: QuietHours = { ...night, days: ['fri', 'sat'] };
  test.each([
    ['Thursday evening', '2026-01-15T22:00:00Z', false],
    ['the morning after Thursday', '2026-01-16T05:00:00Z', false],
    ['Friday evening', '2026-01-16T22:00:00Z', true],
    ['the morning after Friday', '2026-01-17T05:00:00Z', true],
    ['the morning after Saturday', '2026-01-18T05:00:00Z', true],
    ['Sunday evening', '2026-01-18T22:00:00Z', false],
  ])('%s', (_, iso, expected) => {
    expect(quiet(weekend, iso)).toBe(expected);
  });

  test('from Sunday the week goes round to Monday', () => {
    expect(quiet({ ...night, days: ['sun'] }, '2026-01-19T05:00:00Z')).toBe(true);
  });

  test('a day as a whole is from 00:00 to 24:00', () => {
    const sundays: QuietHours = { timeZone: 'UTC', from: '00:00', to: '24:00', days: ['sun'] };
    expect(quiet(sundays, '2026-01-17T23:59:59Z')).toBe(false);
    expect(quiet(sundays, '2026-01-18T00:00:00Z')).toBe(true);
    expect(quiet(sundays, '2026-01-18T23:59:59Z')).toBe(true);
    expect(quiet(sundays, '2026-01-19T00:00:00Z')).toBe(false);
  });

  test('until midnight is until 00:00 too', () => {
    const evenings: QuietHours = { timeZone: 'UTC', from: '20:00', to: '00:00', days: ['sat'] };
    expect(quiet(evenings, '2026-01-17T23:59:59Z')).toBe(true);
    expect(quiet(evenings, '2026-01-18T00:00:00Z')).toBe(false);
  });
});

test('time zones are names of the database, in any spelling that Node knows', () => {
  for (const name of [
    'Europe/Berlin',
    'america/new_york',
    'Asia/Kolkata',
    'UTC',
    'Etc/GMT+5',
    'America/Port-au-Prince',
  ])
    expect([name, isTimeZone(name)]).toEqual([name, true]);
  for (const name of [
    'Europe/Atlantis',
    '+01:00',
    'GMT+1',
    '',
    'CET ',
    'Mars',
    'W. Europe Standard Time',
    '../etc',
  ])
    expect([name, isTimeZone(name)]).toEqual([name, false]);
});
