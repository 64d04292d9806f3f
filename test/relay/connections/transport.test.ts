import { NoAnswer, Transport } from '../../../relay/http';
import { Servers } from './server';

let servers: Servers;
let transport: Transport;
const open = (environment: NodeJS.ProcessEnv = {}) => (transport = new Transport(environment, servers.ca));
const get = (url = servers.url, timeoutMs?: number) =>
  transport.send({ method: 'GET', url: `${url}/path?a=b`, headers: { accept: 'text/plain' }, timeoutMs });
const post = (body?: string, url = servers.url) =>
  transport.send({ method: 'POST', url: `${url}/path`, headers: ['content-type', 'text/plain'], body });

/** A connection that has brought an answer is free again a turn later. */
const freed = async () => {
  for (let turns = 0; turns < 3; turns++) await new Promise(setImmediate);
};

beforeAll(async () => {
  servers = await Servers.start();
});
afterAll(() => servers.close());
afterEach(() => {
  transport.close();
  servers.reset();
});

describe('a request', () => {
  test('goes out as it is, and comes back with whatever status', async () => {
    open();
    servers.answer = ({ body }, response) =>
      response.writeHead(418, { 'X-Answer': 'yes' }).end(`got ${body}`);
    const answer = await post('Grüße');
    expect(answer).toMatchObject({ status: 418, headers: { 'x-answer': 'yes' }, body: 'got Grüße' });
    const [{ request }] = servers.seen as [(typeof servers.seen)[0]];
    expect(request).toMatchObject({ method: 'POST', url: '/path' });
    expect(request.headers).toMatchObject({ 'content-type': 'text/plain', 'content-length': '7' });
    expect(request.headers.host).toBe(new URL(servers.url).host);
  });

  test('has a query, and headers by name', async () => {
    open();
    expect((await get()).status).toBe(200);
    expect(servers.seen[0]!.request).toMatchObject({
      method: 'GET',
      url: '/path?a=b',
      headers: { accept: 'text/plain' },
    });
  });

  test('to post nothing says so', async () => {
    open();
    await post();
    expect(servers.seen[0]!.request.headers['content-length']).toBe('0');
  });

  test('may name no path', async () => {
    open();
    const url = servers.plainUrl;
    await transport.send({ method: 'GET', url: `${url}?resource=x`, headers: {} });
    expect(servers.seen[0]!.request.url).toBe('/?resource=x');
  });

  test('is trusted to the authority that was given, and to no server of another', async () => {
    transport = new Transport({});
    await expect(get()).rejects.toThrow(
      /^no answer from localhost:\d+ \((SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE)\)$/,
    );
    expect(servers.seen).toEqual([]);
  });
});

describe('connections', () => {
  const behind = {
    'without a proxy': () => ({}),
    'behind a proxy': () => ({ HTTPS_PROXY: servers.proxyUrl() }),
  };
  const url = (environment: NodeJS.ProcessEnv) =>
    'HTTPS_PROXY' in environment ? 'https://kept.example' : servers.url;

  describe.each(Object.entries(behind))('%s', (_, environment) => {
    test('are used again', async () => {
      const settings = environment();
      open(settings);
      for (let i = 0; i < 5; i++) {
        await post(String(i), url(settings));
        await freed();
      }
      expect(new Set(servers.seen.map(({ connection }) => connection)).size).toBe(1);
      expect(servers.tunnels.length).toBe('HTTPS_PROXY' in settings ? 1 : 0);
    });

    test('carry requests at the same time, up to 128 of them, and more after those', async () => {
      const settings = environment();
      open(settings);
      const waiting: (() => void)[] = [];
      servers.answer = ({ request }, response) => {
        if (request.method === 'GET') response.end();
        else waiting.push(() => response.end());
      };
      const all = Promise.all(Array.from({ length: 130 }, () => post('', url(settings))));
      while (waiting.length < 128) await new Promise(setImmediate);
      // Whatever else was sent would have come as well by the time that this is answered.
      await get(servers.plainUrl);
      expect(servers.seen.filter(({ request }) => request.method === 'POST')).toHaveLength(128);
      while (waiting.length > 0 || servers.seen.length < 131) {
        waiting.shift()?.();
        await new Promise(setImmediate);
      }
      while (waiting.length > 0) waiting.shift()!();
      expect(new Set((await all).map(({ status }) => status))).toEqual(new Set([200]));
    });

    test('that are closed just when they are used again cost nobody their request', async () => {
      const settings = environment();
      open(settings);
      await post('first', url(settings));
      await freed();
      servers.answer = ({ request, place, body }, response) => {
        if (place === 2) request.socket.destroy();
        else response.end(body);
      };
      expect(await post('second', url(settings))).toMatchObject({ status: 200, body: 'second' });
      expect(servers.seen.map(({ body, place }) => [body, place])).toEqual([
        ['first', 1],
        ['second', 2],
        ['second', 1],
      ]);
    });

    test('that are closed when they are new are no answer: the request may have been carried out', async () => {
      const settings = environment();
      open(settings);
      servers.answer = ({ request }) => request.socket.destroy();
      await expect(post('once', url(settings))).rejects.toBeInstanceOf(NoAnswer);
      expect(servers.seen).toHaveLength(1);
    });

    test('that are closed in the middle of an answer are none, however often they were used', async () => {
      const settings = environment();
      open(settings);
      await post('first', url(settings));
      await freed();
      servers.answer = ({ request }, response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('half', () => request.socket.destroy());
      };
      await expect(post('second', url(settings))).rejects.toBeInstanceOf(NoAnswer);
      expect(servers.seen).toHaveLength(2);
    });
  });

  test('that are closed late leave the second request no more time than there was', async () => {
    open();
    await post('first');
    await freed();
    servers.answer = ({ request, place }, response) => {
      setTimeout(() => (place === 2 ? request.socket.destroy() : response.end()), 300);
    };
    await expect(get(servers.url, 500)).rejects.toBeInstanceOf(NoAnswer);
    expect(servers.seen.map(({ place }) => place).slice(0, 2)).toEqual([1, 2]);
  });

  test('that are lost a second time are no answer', async () => {
    open();
    await post('first');
    await freed();
    servers.answer = ({ request }) => request.socket.destroy();
    await expect(post('second')).rejects.toBeInstanceOf(NoAnswer);
    expect(servers.seen).toHaveLength(3);
  });

  test('that cannot be had are none', async () => {
    open();
    await expect(get('https://localhost:1')).rejects.toThrow(/^no answer from localhost:1 \(ECONNREFUSED\)$/);
  });
});

describe('an answer that does not come in time', () => {
  beforeEach(async () => {
    open();
    // However busy the machine: the time goes into the answer, and not into the connection.
    await post('before');
    await freed();
  });

  test('is none, and the request is not made again', async () => {
    servers.answer = () => undefined;
    await expect(get(servers.url, 100)).rejects.toThrow(
      /^no answer from localhost:\d+ \(timeout after 100 ms\)$/,
    );
    while (servers.seen.length < 2) await new Promise(setImmediate);
    servers.answer = (_, response) => response.end();
    await post('after');
    expect(servers.seen.map(({ request, body }) => [request.method, body])).toEqual([
      ['POST', 'before'],
      ['GET', ''],
      ['POST', 'after'],
    ]);
  });

  test('in whole is none', async () => {
    servers.answer = (_, response) => void response.writeHead(200).write('half');
    await expect(get(servers.url, 100)).rejects.toThrow(/timeout after 100 ms/);
  });

  test('frees its connection for others', async () => {
    servers.answer = () => undefined;
    await Promise.all(Array.from({ length: 128 }, () => get(servers.url, 300).catch(() => undefined)));
    servers.answer = (_, response) => response.end();
    expect((await get()).status).toBe(200);
  });
});

describe('a proxy', () => {
  test('is gone through by CONNECT, with its credentials', async () => {
    open({ HTTPS_PROXY: servers.proxyUrl('me:s%40me') });
    expect(await post('x', 'https://kept.example')).toMatchObject({ status: 200, body: 'x' });
    const credentials = `Basic ${Buffer.from('me:s@me').toString('base64')}`;
    expect(servers.tunnels).toEqual([{ target: 'kept.example:443', credentials }]);
  });

  test('may be named in lower case', async () => {
    open({ https_proxy: servers.proxyUrl() });
    expect((await get('https://kept.example')).status).toBe(200);
    expect(servers.tunnels.map(({ target }) => target)).toEqual(['kept.example:443']);
  });

  test.each(['localhost', '.localhost', '*.localhost', 'x, LOCALHOST', '*'])(
    'is gone round for the hosts in NO_PROXY: %s',
    async (hosts) => {
      open({ HTTPS_PROXY: servers.proxyUrl(), NO_PROXY: hosts });
      expect((await get()).status).toBe(200);
      expect(servers.tunnels).toEqual([]);
    },
  );

  test('is gone round for hosts below one in no_proxy, and not for others that end alike', async () => {
    open({ HTTPS_PROXY: servers.proxyUrl(), no_proxy: 'kept.example' });
    await expect(get('https://below.kept.example')).rejects.toThrow(/ENOTFOUND|EAI_AGAIN/);
    expect(servers.tunnels).toEqual([]);
    expect((await get('https://notkept.example')).status).toBe(200);
    expect(servers.tunnels.map(({ target }) => target)).toEqual(['notkept.example:443']);
  });

  test('is not asked for what is on the machine itself', async () => {
    open({ HTTPS_PROXY: servers.proxyUrl(), HTTP_PROXY: servers.proxyUrl() });
    expect((await get(servers.plainUrl)).status).toBe(200);
    expect(servers.tunnels).toEqual([]);
  });

  test('that refuses is told', async () => {
    open({ HTTPS_PROXY: servers.proxyUrl() });
    servers.proxyStatus = 403;
    await expect(get('https://kept.example')).rejects.toThrow(/^no answer from kept\.example \(.*403/);
  });

  test('of this process is not the one that the settings name', async () => {
    const before = process.env['HTTPS_PROXY'];
    process.env['HTTPS_PROXY'] = servers.proxyUrl();
    try {
      open({});
      expect((await get()).status).toBe(200);
      expect(servers.tunnels).toEqual([]);
    } finally {
      if (before === undefined) delete process.env['HTTPS_PROXY'];
      else process.env['HTTPS_PROXY'] = before;
    }
  });
});
