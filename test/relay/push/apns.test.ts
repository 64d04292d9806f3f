import { chat, rendered, ring, ringEnd, type Rendering } from './messages';

const aps = (...args: Parameters<typeof rendered>) => rendered(...args).apple.payload.aps;

describe('an alert of iOS', () => {
  test('has the interruption level and relevance of its template', () => {
    const template = { interruptionLevel: 'active', relevanceScore: 0.7 } as const;
    expect(aps(chat(), { template })).toMatchObject({
      'interruption-level': 'active',
      'relevance-score': 0.7,
    });
    expect(aps(ring(), { template })['interruption-level']).toBe('active');
  });

  test('passes through a Focus by itself only when it rings', () => {
    expect(aps(ring())['interruption-level']).toBe('time-sensitive');
    expect(aps(chat())).not.toHaveProperty('interruption-level');
    expect(aps(chat())).not.toHaveProperty('relevance-score');
  });

  test('leaves the badge alone, unless the template has a number', () => {
    expect(aps(chat())).not.toHaveProperty('badge');
    expect(aps(chat(), { template: { badge: 0 } }).badge).toBe(0);
  });

  test('replaces without sound or banner what is shown, when it is silent', () => {
    const silent = aps(chat({ silent: true }), { template: { interruptionLevel: 'active' } });
    expect(silent).not.toHaveProperty('sound');
    expect(silent['interruption-level']).toBe('passive');
    expect(aps(ringEnd())['interruption-level']).toBe('passive');
    expect(aps(ringEnd())).not.toHaveProperty('sound');
  });
});

describe('a picture', () => {
  const template = { image: 'https://contoso.com/faces/{sender}?of={text}' };
  const imageOf = (parameters: Record<string, string>, options: Rendering = {}) => {
    const { apple, fcm, browser } = rendered(chat({ parameters }), { template, ...options });
    expect(apple.payload.aps['mutable-content']).toBe(1);
    expect(fcm.payload.message.data.image).toBe(apple.payload.acs.image);
    expect(browser.payload.image).toBe(apple.payload.acs.image);
    return apple.payload.acs.image;
  };

  test('is named to every platform, with what people wrote percent-encoded', () => {
    expect(imageOf({ sender: '../a?b', text: 'ä b' })).toBe(
      'https://contoso.com/faces/..%2Fa%3Fb?of=%C3%A4%20b',
    );
  });

  test('survives half a character', () => {
    expect(imageOf({ sender: 'a\ud83d', text: 'x' })).toBe('https://contoso.com/faces/a%EF%BF%BD?of=x');
  });

  test('is left out when its address would take the place of the text', () => {
    expect(imageOf({ sender: 'ä'.repeat(100), text: 'x' })).toBeUndefined();
  });

  test('is left out when something in its address is empty, or is not to be pushed', () => {
    expect(imageOf({ sender: 'Alice', text: '' })).toBeUndefined();
    expect(imageOf({ sender: 'Alice', text: 'secret' }, { withMessageText: false })).toBeUndefined();
  });
});
