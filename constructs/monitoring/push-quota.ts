import { Fn, Op, Token } from 'cdktf';
import type { NotificationHubSku } from '../notification-hubs/notification-hub-namespace';

/**
 * Pushes that a tier has in a month, in all hubs of the subscription. Free ends there; beyond them Basic and Standard
 * bill each million. Source: azure-docs, notification-hubs/notification-hubs-push-notification-faq.md, "What is the price
 * model"; versions of that page before 2018 say "per namespace".
 */
export const MONTHLY_PUSHES: Readonly<Record<NotificationHubSku, number>> = {
  Free: 1_000_000,
  Basic: 10_000_000,
  Standard: 10_000_000,
};

const DAYS_OF_A_MONTH = 30;

/**
 * Pushes of one hub in a day from which on the month's pushes, at that pace, are used up by more than the share. Azure
 * Monitor looks at a day at most and at one hub at a time: each hub is given the same part, so that all of them together
 * cannot go beyond without one of them being seen.
 */
export function dailyPushes(monthlyPushes: number, share: number, hubs: number): number {
  if (Token.isUnresolved(monthlyPushes) || Token.isUnresolved(share)) {
    return Token.asNumber(
      Fn.floor(Token.asNumber(Op.div(Op.mul(monthlyPushes, share), DAYS_OF_A_MONTH * hubs))),
    );
  }
  return Math.floor((monthlyPushes * share) / DAYS_OF_A_MONTH / hubs);
}
