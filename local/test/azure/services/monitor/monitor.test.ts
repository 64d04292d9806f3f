import { ACS_ID, Harness, HUB_ID, SUBSCRIPTION } from '../../../support/harness';

const MINUTE = 60_000;
const VERSION = '2024-02-01';
const START = Date.UTC(2026, 0, 1);

let azure: Harness;

const iso = (time: number) => new Date(time).toISOString();
const metrics = async (query: Record<string, string>, id = HUB_ID) => {
  const { body } = await azure.arm('GET', `${id}/providers/Microsoft.Insights/metrics`, {
    'api-version': VERSION,
    ...query,
  });
  return body as {
    interval: string;
    value: { name: { value: string }; timeseries: { data: { timeStamp: string; total?: number }[] }[] }[];
  };
};
const points = async (query: Record<string, string>) => (await metrics(query)).value[0]!.timeseries[0]!.data;
const seen = async () => {
  const timespan = `${iso(START)}/${iso(azure.clock.now())}`;
  const data = await points({ metricnames: 'incoming', timespan });
  return data.reduce((sum, point) => sum + (point.total ?? 0), 0);
};

describe('metrics', () => {
  beforeEach(async () => {
    azure = new Harness();
    await azure.hub();
  });
  afterEach(async () => azure.close());

  test('come as one point a minute over the timespan', async () => {
    azure.services.metrics.add(HUB_ID, 'incoming', 2);
    await azure.clock.advance(MINUTE);
    azure.services.metrics.add(HUB_ID, 'incoming', 3);
    await azure.clock.advance(10 * MINUTE);
    const body = await metrics({
      metricnames: 'incoming',
      timespan: `${iso(START)}/${iso(START + 3 * MINUTE)}`,
    });
    expect(body.interval).toBe('PT1M');
    expect(body.value).toMatchObject([
      {
        id: `${HUB_ID}/providers/Microsoft.Insights/metrics/incoming`,
        name: { value: 'incoming' },
        unit: 'Count',
        timeseries: [
          {
            metadatavalues: [],
            data: [
              { timeStamp: iso(START), total: 2 },
              { timeStamp: iso(START + MINUTE), total: 3 },
              { timeStamp: iso(START + 2 * MINUTE), total: 0 },
            ],
          },
        ],
      },
    ]);
  });

  test('add up to longer grains', async () => {
    for (let i = 0; i < 10; i += 1) {
      azure.services.metrics.add(HUB_ID, 'incoming');
      await azure.clock.advance(MINUTE);
    }
    await azure.clock.advance(10 * MINUTE);
    const timespan = `${iso(START)}/${iso(START + 10 * MINUTE)}`;
    expect(await points({ metricnames: 'incoming', interval: 'PT5M', timespan })).toMatchObject([
      { total: 5 },
      { total: 5 },
    ]);
  });

  test('add up to hours and days over three months, and are forgotten after 93 days', async () => {
    const DAY = 24 * 60 * MINUTE;
    azure.services.metrics.add(HUB_ID, 'incoming', 100);
    for (let day = 0; day < 93; day += 1) {
      await azure.clock.advance(DAY);
      azure.services.metrics.add(HUB_ID, 'incoming', day + 1);
    }
    await azure.clock.advance(10 * MINUTE);
    const timespan = `${iso(START)}/${iso(START + 94 * DAY)}`;
    const days = await points({ metricnames: 'incoming', interval: 'P1D', timespan });
    expect(days.map((point) => point.total ?? 0)).toEqual(Array.from({ length: 94 }, (_, day) => day));
    const hours = await points({ metricnames: 'incoming', interval: 'PT1H', timespan });
    expect(hours).toHaveLength(94 * 24);
    expect(hours.filter((point) => point.total).map((point) => point.timeStamp)).toEqual(
      Array.from({ length: 93 }, (_, day) => iso(START + (day + 1) * DAY)),
    );
  });

  test('of an hour that is not over are those that have come', async () => {
    azure.services.metrics.add(HUB_ID, 'incoming');
    await azure.clock.advance(10 * MINUTE);
    azure.services.metrics.add(HUB_ID, 'incoming');
    const timespan = `${iso(START)}/${iso(START + 60 * MINUTE)}`;
    const hour = { metricnames: 'incoming', interval: 'PT1H', timespan };
    expect(await points(hour)).toMatchObject([{ total: 1 }]);
    await azure.clock.advance(3 * MINUTE);
    expect(await points(hour)).toMatchObject([{ total: 2 }]);
  });

  describe('that are silent', () => {
    const total = async (metricnames: string, id = HUB_ID) => {
      const timespan = `${iso(START)}/${iso(azure.clock.now())}`;
      const { value } = await metrics({ metricnames, timespan }, id);
      return value[0]!.timeseries[0]!.data.reduce((sum, point) => sum + (point.total ?? 0), 0);
    };
    const silence = (silent: unknown) => azure.control('POST', '/faults', { monitor: { silent } });

    beforeEach(async () => {
      azure.services.metrics.add(HUB_ID, 'incoming');
      azure.services.metrics.add(HUB_ID, 'outgoing.apns.success');
      await azure.clock.advance(10 * MINUTE);
    });

    test('never come, however late it is, while others do', async () => {
      expect((await silence(['outgoing.*'])).status).toBe(204);
      await azure.clock.advance(24 * 60 * MINUTE);
      expect(await total('outgoing.apns.success')).toBe(0);
      expect(await total('incoming')).toBe(1);
    });

    test('can be those of one hub', async () => {
      await silence([{ metric: '*', resourceId: `${HUB_ID}x` }]);
      expect(await total('incoming')).toBe(1);
      await silence([{ metric: '*', resourceId: HUB_ID.toUpperCase() }]);
      expect(await total('incoming')).toBe(0);
    });

    test('were counted all the same, and come when faults end', async () => {
      await silence(['*']);
      azure.services.metrics.add(HUB_ID, 'incoming');
      await azure.clock.advance(10 * MINUTE);
      expect(await total('incoming')).toBe(0);
      await azure.control('DELETE', '/faults');
      expect(await total('incoming')).toBe(2);
    });
  });

  test('can be asked for by twenty names and no more', async () => {
    const { body } = await azure.arm('GET', `${HUB_ID}/providers/microsoft.insights/metricDefinitions`, {
      'api-version': VERSION,
    });
    const names = (body as { value: { name: { value: string } }[] }).value.map((one) => one.name.value);
    expect((await metrics({ metricnames: names.slice(0, 20).join(',') })).value).toHaveLength(20);
    await expect(metrics({ metricnames: names.slice(0, 21).join(',') })).rejects.toMatchObject({
      status: 400,
      message: 'Requested metrics count: 21 bigger than allowed max: 20',
    });
  });

  test('stay away for one to three minutes, as zero or without a value', async () => {
    const delays = new Set<number>();
    const shapes = new Set<unknown>();
    for (let seed = 1; seed <= 40; seed += 1) {
      await azure.close();
      azure = new Harness({ seed });
      await azure.hub();
      azure.services.metrics.add(HUB_ID, 'incoming');
      let minutes = 0;
      while ((await seen()) === 0) {
        const [first] =
          minutes === 0
            ? []
            : await points({ metricnames: 'incoming', timespan: `${iso(START)}/${iso(azure.clock.now())}` });
        if (first) shapes.add(first.total);
        await azure.clock.advance(MINUTE);
        minutes += 1;
      }
      delays.add(minutes);
      await azure.clock.advance(10 * MINUTE);
      expect(await seen()).toBe(1);
    }
    expect([...delays].sort()).toEqual([1, 2, 3]);
    expect(shapes).toEqual(new Set([0, undefined]));
  });

  test('once seen are not lost again', async () => {
    azure.services.metrics.add(HUB_ID, 'incoming');
    await azure.clock.advance(3 * MINUTE);
    for (let i = 0; i < 10; i += 1) {
      expect(await seen()).toBe(1);
      await azure.clock.advance(MINUTE);
    }
  });

  test('come at once when told to', async () => {
    azure.services.monitor.setLag({ metricLagMinutes: [0, 0] });
    azure.services.metrics.add(HUB_ID, 'incoming');
    await azure.clock.advance(1000);
    expect(await seen()).toBe(1);
  });

  test('of a hub made anew begin at nothing', async () => {
    azure.services.metrics.add(HUB_ID, 'incoming');
    await azure.delete(HUB_ID);
    await azure.hub();
    await azure.clock.advance(10 * MINUTE);
    expect(await seen()).toBe(0);
  });

  test.each([
    [
      { metricnames: 'incoming,outgoing' },
      'provider: Microsoft.NotificationHubs, resource Type: namespaces/notificationHubs, metric: outgoing, Valid metrics: incoming,',
    ],
    [{ metricnames: 'incoming', interval: 'PT2M' }, 'time grain'],
    [{ metricnames: 'incoming', aggregation: 'Median' }, "aggregation 'median'"],
    [{ metricnames: 'incoming', timespan: 'yesterday' }, 'timespan'],
  ])('refuse %j', async (query, message) => {
    await expect(metrics(query)).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining(message),
    });
  });

  test('of a hub that is not there are not found', async () => {
    await expect(metrics({ metricnames: 'incoming' }, `${HUB_ID}x`)).rejects.toMatchObject({ status: 404 });
  });

  test('of a version that does not exist are refused', async () => {
    await expect(metrics({ metricnames: 'incoming', 'api-version': '2017-01-01' })).rejects.toMatchObject({
      status: 400,
      code: 'InvalidApiVersionParameter',
    });
  });

  test('are listed by metricDefinitions', async () => {
    const { body } = await azure.arm('GET', `${HUB_ID}/providers/microsoft.insights/metricDefinitions`, {
      'api-version': '2018-01-01',
    });
    const names = (body as { value: { name: { value: string } }[] }).value.map((one) => one.name.value);
    expect(names).toEqual(
      expect.arrayContaining(['incoming', 'outgoing.apns.invalidcredentials', 'outgoing.fcmv1.badchannel']),
    );
  });
});

describe('the activity log', () => {
  const LINK = 'Microsoft.Communication/CommunicationServices/LinkNotificationHub/action';
  const entry = (minute: number, resourceId = ACS_ID) => ({
    eventTimestamp: iso(START + minute * MINUTE),
    operationName: LINK,
    resourceId,
    status: 'Succeeded' as const,
    caller: '22222222-2222-2222-2222-222222222222',
  });
  const read = async (filter: string) => {
    const path = `${SUBSCRIPTION}/providers/Microsoft.Insights/eventtypes/management/values`;
    const { body } = await azure.arm('GET', path, { 'api-version': '2015-04-01', $filter: filter });
    return (body as { value: { eventTimestamp: string; resourceId: string }[] }).value;
  };
  const since = `eventTimestamp ge '${iso(START)}'`;

  beforeEach(async () => {
    azure = new Harness();
    azure.context.activityLog.push(entry(0), entry(5), entry(5, HUB_ID));
    await azure.clock.advance(10 * MINUTE);
  });
  afterEach(async () => azure.close());

  test('shows the newest first, in Azure’s shape', async () => {
    expect(await read(since)).toMatchObject([
      { resourceId: HUB_ID },
      {
        resourceId: ACS_ID,
        eventTimestamp: iso(START + 5 * MINUTE),
        operationName: { value: LINK },
        status: { value: 'Succeeded' },
        resourceGroupName: 'rg-test',
        resourceProviderName: { value: 'Microsoft.Communication' },
        caller: '22222222-2222-2222-2222-222222222222',
        correlationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
      { eventTimestamp: iso(START) },
    ]);
  });

  test('can be narrowed to a time and a resource, whatever its case', async () => {
    const filter = `${since} and eventTimestamp le '${iso(START + MINUTE)}' and resourceUri eq '${ACS_ID.toUpperCase()}'`;
    expect(await read(filter)).toMatchObject([{ eventTimestamp: iso(START), resourceId: ACS_ID }]);
  });

  test('is about the whole subscription but no other', async () => {
    azure.context.activityLog.push(entry(6, ACS_ID.replace('0001', '0002')));
    expect(await read(since)).toHaveLength(3);
  });

  test('must be asked for a start', async () => {
    await expect(read(`resourceUri eq '${ACS_ID}'`)).rejects.toMatchObject({ status: 400 });
    await expect(read("eventTimestamp ge '2025-01-01T00:00:00Z'")).rejects.toMatchObject({ status: 400 });
  });

  test('can come late', async () => {
    azure.services.monitor.setLag({ activityLogLagSeconds: [120, 120] });
    azure.context.activityLog.push(entry(10));
    expect(await read(since)).toHaveLength(3);
    await azure.clock.advance(2 * MINUTE);
    expect(await read(since)).toHaveLength(4);
  });
});
