import { local } from '../../environments/local';
import { EnvironmentError, parseEnvironment } from '../../environments/schema';

const API = { tenantId: '11111111-1111-1111-1111-111111111111', audience: 'api://contoso-devices' };

const parse = (over: object) =>
  parseEnvironment('environments/qa.ts', {
    ...local,
    events: { target: 'relay', devicesApi: { ...API, ...over } },
  });

/** The mistakes that are found, one a line, without the file's name. */
function problems(over: object): readonly string[] {
  try {
    parse(over);
  } catch (error) {
    return (error as EnvironmentError).problems;
  }
  return [];
}

describe('the devices API of an environment', () => {
  test('takes origins of web pages, and the size of its own app', () => {
    const given = {
      allowedOrigins: ['https://app.contoso.com', 'http://localhost:5173'],
      instanceMemoryInMb: 512,
      maximumInstanceCount: 100,
    };
    expect(parse(given).events).toMatchObject({ devicesApi: { ...API, ...given } });
    expect(parse({ separateApp: false }).events).toMatchObject({ devicesApi: { separateApp: false } });
  });

  test.each<[string, object, string[]]>([
    [
      'an origin in another spelling than a browser sends, and each of several',
      { allowedOrigins: ['https://app.contoso.com/', 'https://b.contoso.com', '*'] },
      [
        "events.devicesApi.allowedOrigins.0: takes origins of web pages, for example 'https://app.contoso.com', " +
          "got 'https://app.contoso.com/': write 'https://app.contoso.com', as browsers send it",
        "events.devicesApi.allowedOrigins.2: takes origins of web pages, for example 'https://app.contoso.com', " +
          "got '*': name each origin, since '*' lets any page on the web call with what a user types into it",
      ],
    ],
    [
      'one origin that is no list',
      { allowedOrigins: 'https://app.contoso.com' },
      [
        "events.devicesApi.allowedOrigins: takes a list of origins, for example '['https://app.contoso.com']', " +
          "got 'https://app.contoso.com'",
      ],
    ],
    [
      'the size of an app that is not its own',
      { separateApp: false, instanceMemoryInMb: 512, maximumInstanceCount: 100 },
      [
        'events.devicesApi.instanceMemoryInMb: is of an app of its own, and separateApp is false: leave it out, or set ' +
          'events.instanceMemoryInMb, got 512',
        'events.devicesApi.maximumInstanceCount: is of an app of its own, and separateApp is false: leave it out, or set ' +
          'events.maximumInstanceCount, got 100',
      ],
    ],
    [
      'fewer instances than Azure takes',
      { maximumInstanceCount: 39 },
      [
        "events.devicesApi.maximumInstanceCount: takes a whole number from 40 to 1000, for example '40', got 39",
      ],
    ],
  ])('refuses %s', (_, over, expected) => {
    expect(problems(over)).toEqual(expected);
  });
});
