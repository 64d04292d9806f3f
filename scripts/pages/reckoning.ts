import { priceOf, type PriceList } from './price-list';

/** So much of a meter. */
export interface Amount {
  readonly meter: string;
  readonly quantity: number;
}

/** A line of a bill. */
export interface Line {
  readonly part: string;
  readonly amounts: readonly Amount[];
  /** By what the sum is divided: events of a month in millions, for what is paid by the month. */
  readonly per?: number;
  /** How the quantity comes about. */
  readonly because?: string;
}

export function line(part: string, meter: string, quantity: number, because?: string): Line {
  return { part, amounts: [{ meter, quantity }], because };
}

export function dollarsOf({ amounts, per = 1 }: Line, prices: PriceList): number {
  return amounts.reduce((sum, { meter, quantity }) => sum + quantity * priceOf(prices, meter), 0) / per;
}

export function sumOf(lines: readonly Line[], prices: PriceList): number {
  return lines.reduce((sum, one) => sum + dollarsOf(one, prices), 0);
}

/** `2 × 0.60`, `(200 + 20 × 10) / 30`. */
export function formulaOf({ amounts, per }: Line, prices: PriceList): string {
  const sum = amounts
    .filter(({ quantity }) => quantity !== 0)
    .map(({ meter, quantity }) => {
      const price = String(priceOf(prices, meter));
      return quantity === 1 ? price : `${shownNumber(quantity)} × ${price}`;
    })
    .join(' + ');
  return per === undefined ? sum : `(${sum}) / ${shownNumber(per)}`;
}

/** Dollars to the cent; what is less than half a cent, as that. */
export function dollars(value: number): string {
  if (value === 0) return '0';
  return value < 0.005
    ? 'below 0.01'
    : new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(value);
}

function shownNumber(value: number): string {
  return new Intl.NumberFormat('en-US', { maximumSignificantDigits: 4 }).format(value);
}
