import fs from 'node:fs';
import { lockFolder } from '../../../azure/core/folder-lock';

afterEach(() => jest.restoreAllMocks());

test('a folder below a root that is not there, as of a drive of Windows, cannot be written to', () => {
  const gone = Object.assign(new Error("ENOENT: no such file or directory, mkdir '/'"), { code: 'ENOENT' });
  jest.spyOn(fs, 'existsSync').mockReturnValue(false);
  jest.spyOn(fs, 'mkdirSync').mockImplementation(() => {
    throw gone;
  });
  expect(() => lockFolder('/not/there')).toThrow(
    `the folder /not/there cannot be written to (${gone.message}); allow it, or choose another`,
  );
  expect(fs.mkdirSync).toHaveBeenCalledTimes(1);
});
