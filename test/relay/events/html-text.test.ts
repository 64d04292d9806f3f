import { cleanText, MAX_TEXT } from '../../../relay/clean-text';
import { htmlText } from '../../../relay/events/html-text';

const text = (html: string) => cleanText(htmlText(html));

const reply = (quoted: string) =>
  '<blockquote itemscope="" itemtype="http://schema.skype.com/Reply" itemid="1600457867820">' +
  '<strong itemprop="mri" itemid="8:orgid:0de69e5e">Carol</strong><span itemprop="time" itemid="16"></span>' +
  `<p itemprop="preview">${quoted}</p></blockquote>`;
const emoji = (alt: string) =>
  `<span class="animated-emoticon-20-smile" title="Smile"><img itemscope itemtype="http://schema.skype.com/Emoji" ` +
  `itemid="smile" src="https://statics.example.com/smile.png" title="Smile" alt="${alt}"></span>`;

describe('words', () => {
  test.each([
    ['of formatting', '<p>See <b>you</b> at <i>nine</i></p>', 'See you at nine'],
    ['of a link', '<a href="https://example.com/a?b=c&d">the map</a>', 'the map'],
    ['without any', 'See you at nine', 'See you at nine'],
    ['of a mention', '<at id="0">Bob</at>, see you', 'Bob, see you'],
    [
      'of a mention in Teams',
      '<span itemtype="http://schema.skype.com/Mention" itemscope itemid="0">Bob</span>, see you',
      'Bob, see you',
    ],
    ['with signs that begin no tag', 'a < b, 3 <4 and I <3 you & them', 'a < b, 3 <4 and I <3 you & them'],
    ['of a tag that never ends', 'See you<b', 'See you'],
    ['beside a comment', 'See <!-- <b>not</b> --> you <![CDATA[not]]><!doctype html><?not?>', 'See you'],
    [
      'beside what a browser reads',
      '<style>p{}</style><script>if (a</b) "</p>"</script><title>no</title><SVG><text>no</text></SVG>See you',
      'See you',
    ],
  ])('%s', (_, html, expected) => expect(text(html)).toBe(expected));

  test.each([
    ['paragraphs', '<p>a</p><p>b</p>', 'a\nb'],
    ['lines', 'a<br>b<BR/>c<br />d', 'a\nb\nc\nd'],
    ['blocks', '<div>a<div>b</div>c</div>d', 'a\nb\nc\nd'],
    ['headings', '<h1>a</h1>b<hr>c', 'a\nb\nc'],
    ['items', '<ul><li>a</li><li>b<ol><li>c</ol></ul>d', 'a\nb\nc\nd'],
    ['cells', '<table><tr><td>a</td><td>b</td></tr><tr><th>c<th>d</table>e', 'a b\nc d\ne'],
    ['pictures', 'a<img src="x.png">b', 'a b'],
    ['terms', '<dl><dt>a<dd>b</dl>', 'a\nb'],
  ])('of two %s are not glued together', (_, html, expected) => expect(text(html)).toBe(expected));

  test('of one word are not torn apart', () => {
    expect(text('un<b>believ</b>able c<span>o</span>d<wbr>e')).toBe('unbelievable code');
  });

  test.each([
    ['line ends of the source', 'See\n  you\r\n\tat   nine', 'See you at nine'],
    ['spaces around blocks', '<p> a </p>\n\n <p>\n b </p> ', 'a\nb'],
    ['spaces that do not break', 'a&nbsp;&nbsp;b\u00a0c', 'a b c'],
    ['empty paragraphs', '<p>a</p><p>&nbsp;</p><p><br></p><p>b</p>', 'a\nb'],
  ])('have single spaces for %s', (_, html, expected) => expect(text(html)).toBe(expected));

  test('keep the lines of code', () => {
    expect(text('<pre>if (a)\n  b\n</pre>and <code>c   d</code>')).toBe('if (a)\n  b\n\nand c d');
  });
});

describe('characters by their names', () => {
  test.each([
    ['named', '&eacute;t&eacute;&hellip; &amp; &lt;b&gt; &euro;5 &NotEqualTilde;', 'été… & <b> €5 ≂̸'],
    ['named without an end', 'AT&ampT &copy2026 &nosuch; &', 'AT&T ©2026 &nosuch; &'],
    ['numbered', '&#233;&#xe9;&#X1F600;', 'éé😀'],
    ['of Windows', '&#150;&#x80;', '–€'],
    ['that are halves', 'a&#xD800;b&#xDFFF;&#xD83D;&#xDE00;', 'a\ufffdb\ufffd\ufffd\ufffd'],
    ['that are none', 'a&#0;b&#x110000;c&#99999999999999;d', 'a\ufffdb\ufffdc\ufffdd'],
    ['that would be markup', '&lt;script&gt;alert(1)&lt;/script&gt;', '<script>alert(1)</script>'],
    ['that turn the direction', 'a&#x202E;b&#7;', 'ab'],
  ])('%s', (_, html, expected) => expect(text(html)).toBe(expected));
});

describe('a quote', () => {
  test('of the message that is answered is left out', () => {
    expect(text(`${reply('See you at nine')}<p>At ten, please</p>`)).toBe('At ten, please');
  });

  test('within such a quote is left out too, and what follows is not', () => {
    const nested = reply(`<blockquote>older</blockquote>${reply('oldest')}`);
    expect(text(`<div>${nested}At ten</div> please`)).toBe('At ten\nplease');
  });

  test('as Skype writes them is left out', () => {
    const quote = '<quote author="carol"><legacyquote>[1] Carol: </legacyquote>See you</quote>';
    expect(text(`${quote}At ten`)).toBe('At ten');
  });

  test('that somebody wrote, or forwarded, is what they say', () => {
    expect(text('<blockquote>To be or not to be</blockquote>he said')).toBe('To be or not to be\nhe said');
    const forwarded = '<blockquote itemtype="http://schema.skype.com/Forward">News</blockquote>';
    expect(text(forwarded)).toBe('News');
  });
});

describe('a picture', () => {
  test.each([
    ['of an emoji is the emoji', `Yes${emoji('🙂')}!`, 'Yes🙂!'],
    ['of an emoji by its own tag is the emoji', '<emoji id="smile" alt="🙂" title="Smile"></emoji>', '🙂'],
    ['that is described is its description', '<img src="x" alt="The &quot;map&quot;">', 'The "map"'],
    ['that nobody described says nothing', '<img src="x" alt="image"><img alt="IMG_1234.jpeg"><img>', ''],
    ['of an answered message says nothing', `${reply(emoji('🙂'))}Yes`, 'Yes'],
  ])('%s', (_, html, expected) => expect(text(html)).toBe(expected));
});

describe('an attachment', () => {
  test('says nothing', () => expect(text('<attachment id="9a1b"></attachment>')).toBe(''));
});

describe('a million characters', () => {
  const HOSTILE = [
    '<',
    '&',
    '</',
    '<b>',
    '</b>',
    '<b></i>',
    '<blockquote>',
    '<blockquote itemtype="http://schema.skype.com/Reply">',
    '<script>',
    '<style></styl',
    '<!--',
    '<![CDATA[',
    '<?',
    '&#',
    '&amp',
    '&NotEqualTild',
    '<a b=',
    '<img alt="',
    '<img alt="&amp;" ',
    ' ',
    '\n',
    '<p>',
    '<pre>\n',
    '"',
    "<a '",
    'x ',
    '\ud800',
  ];

  // Work that grew faster than its input would outlast the test: the square of a million is a quarter of an hour.
  test.each(HOSTILE)('of %j are read one after another', (piece) => {
    const html = piece.repeat(Math.ceil(1_000_000 / piece.length));
    expect(htmlText(html).length).toBeLessThanOrEqual(MAX_TEXT + 2);
  });

  test('are not read to their end when there is text enough', () => {
    let read = 0;
    // What the tokenizer is handed is cut out of the text.
    const html = Object.assign(Object('<p>word</p>'.repeat(100_000)) as object, {
      slice(this: string, from: number, to: number) {
        read = Math.max(read, to);
        return String.prototype.slice.call(this, from, to);
      },
    }) as unknown as string;
    expect(htmlText(html)).toMatch(/^word\nword\n/);
    expect(read).toBeLessThan(20_000);
  });
});
