import type { HttpRequest, HttpResponse } from '../../../relay/http';
import { UserDevices, type Connection } from '../../../relay/operations';

/** The devices API with answers of the test's own, the last of which it gives for good; and what was asked of it. */
function api(...answers: Partial<HttpResponse>[]) {
  const asked: HttpRequest[] = [];
  const pauses: number[] = [];
  const connection = {
    transport: {
      send: async (request: HttpRequest) => {
        asked.push(request);
        const answer = answers.length > 1 ? answers.shift()! : answers[0]!;
        return { status: 200, headers: {}, body: '', ...answer };
      },
    },
    clock: { now: () => 0, sleep: async (ms: number) => void pauses.push(ms) },
  } as unknown as Connection;
  return {
    devices: new UserDevices(connection, 'https://api.example/api', '4:+15551234567', 'T'),
    asked,
    pauses,
  };
}

const LEFT = {
  status: 503,
  headers: { 'retry-after': '5' },
  body: JSON.stringify({
    status: 503,
    detail: '1 of 3 devices are not removed yet: send the request again',
    problems: ['carols-phone is still registered'],
  }),
};

test('all devices of a user are asked for by the raw id, with the token', async () => {
  const { devices, asked } = api({ body: '{"devices":[{"installationId":"a","platform":"apns"}]}' });
  expect(await devices.list()).toEqual([{ installationId: 'a', platform: 'apns' }]);
  expect(asked).toMatchObject([
    {
      method: 'GET',
      url: 'https://api.example/api/users/4%3A%2B15551234567/devices',
      headers: { authorization: 'Bearer T' },
    },
  ]);
});

test('a revocation goes on until none is left, as late as the API asks for', async () => {
  const { devices, asked, pauses } = api(
    LEFT,
    { status: 429, headers: { 'retry-after': '40' } },
    { status: 204 },
  );
  await devices.revoke();
  expect(asked.map(({ method }) => method)).toEqual(['DELETE', 'DELETE', 'DELETE']);
  expect(pauses).toEqual([5_000, 40_000]);
});

test('a list that is only wished for is asked for once', async () => {
  const { devices, asked } = api(LEFT);
  await expect(devices.list(1)).rejects.toThrow('answered 503');
  expect(asked).toHaveLength(1);
});

test('it gives up in the end, and names the devices that are left', async () => {
  const { devices, asked } = api(LEFT);
  await expect(devices.revoke()).rejects.toMatchObject({
    status: 503,
    problems: ['carols-phone is still registered'],
    message: expect.stringContaining('answered 503: 1 of 3 devices are not removed yet'),
  });
  expect(asked).toHaveLength(10);
});

test.each([
  [
    { status: 403, body: '{"status":403,"detail":"the token does not allow it"}' },
    'the token does not allow it',
  ],
  [{ status: 404 }, 'answered 404: nothing else'],
  [{ status: 502, body: '<html>' }, 'answered 502: no problem of the devices API'],
])('what asks for no other try is told at once: %j', async (answer, told) => {
  const { devices, asked } = api(answer);
  await expect(devices.list()).rejects.toThrow(told);
  expect(asked).toHaveLength(1);
});
