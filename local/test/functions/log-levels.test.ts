import { logLevels } from '../../functions/log-levels';

test('what nothing is said about is written from information on', () => {
  const levels = logLevels();
  expect(levels.writes('Function.calls.User', 'information')).toBe(true);
  expect(levels.writes('Function.calls.User', 'debug')).toBe(false);
});

test('the longest category decides, whatever its case and its place in the file', () => {
  const levels = logLevels({
    logLevel: { 'Function.Calls.User': 'Debug', default: 'Error', Function: 'Warning' },
  });
  expect(levels.writes('Function.calls.User', 'debug')).toBe(true);
  expect(levels.writes('Function.calls', 'information')).toBe(false);
  expect(levels.writes('Function.users.User', 'warning')).toBe(true);
  expect(levels.writes('Host.Function.Console', 'warning')).toBe(false);
});

test('none writes nothing', () => {
  expect(logLevels({ logLevel: { Function: 'None' } }).writes('Function.calls', 'critical')).toBe(false);
});

test('a level that there is not is named', () => {
  expect(() => logLevels({ logLevel: { Function: 'Info' } })).toThrow(
    "logging.logLevel of host.json: 'Function' is 'Info', none of trace, debug, information",
  );
});
