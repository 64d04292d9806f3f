/** US dollars for one unit, by the id of the meter. */
export type PriceList = ReadonlyMap<string, number>;

/** The price list of docs/costs.md: the rows whose first cell is the id of a meter and whose third is a number. */
export function readPriceList(markdown: string): PriceList {
  const rows = markdown
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .flatMap(([, id = '', , usd = '']) =>
      /^[\d.]+$/.test(usd) ? [[id.replaceAll('`', ''), Number(usd)] as const] : [],
    );
  const twice = rows.find(([id], i) => rows.findIndex(([other]) => other === id) !== i);
  if (twice) throw new Error(`the price list has ${twice[0]} twice: leave out one of the rows`);
  return new Map(rows);
}

export function priceOf(prices: PriceList, meter: string): number {
  const price = prices.get(meter);
  if (price === undefined)
    throw new Error(
      `the price list of docs/costs.md has no meter ${meter}: add a row, or use one of ${[...prices.keys()].join(', ')}`,
    );
  return price;
}
