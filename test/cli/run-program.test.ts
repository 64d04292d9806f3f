import { runProgram } from '../../cli/run-program';

test('what a program prints in pieces is heard in whole lines, of each of its streams', async () => {
  const heard: string[] = [];
  const program = `
    const pieces = [
      ['stdout', 'Account'],
      ['stderr', 'warn'],
      ['stdout', 'Key=abc\\nan end '],
      ['stderr', 'ing\\n'],
      ['stdout', 'without a line'],
    ];
    const next = () => {
      const [stream, text] = pieces.shift() ?? [];
      if (stream) process[stream].write(text, () => setTimeout(next, 50));
    };
    next();`;
  const { out, err } = await runProgram(process.execPath, ['-e', program], {
    folder: process.cwd(),
    environment: process.env,
    signal: new AbortController().signal,
    onPrint: (text) => heard.push(text),
  });
  expect(heard.sort()).toEqual(['AccountKey=abc\n', 'an end without a line\n', 'warning\n']);
  expect({ out, err }).toEqual({ out: 'AccountKey=abc\nan end without a line', err: 'warning\n' });
});
