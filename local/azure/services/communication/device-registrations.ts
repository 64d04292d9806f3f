/** Seconds that a registration for pushes may live (communication-services/how-tos/calling-sdk/push-notifications). */
export const REGISTRATION_LIFE = {
  default: 86_400,
  shortest: 300,
  longest: 15_552_000,
  teamsUser: 86_400,
} as const;

/** Raw ids of Teams users, in Microsoft's clouds (communication-services/concepts/identifiers.md). */
const TEAMS_USER = /^8:(orgid|gcch|dod):/;

/**
 * How long a device's registration lives, in milliseconds. A Teams user's ends after a day whatever was asked for.
 * @throws RangeError when a life out of bounds is asked for
 */
export function registrationLife(rawId: string, asked: number = REGISTRATION_LIFE.default): number {
  const { shortest, longest, teamsUser } = REGISTRATION_LIFE;
  if (!(asked >= shortest && asked <= longest)) {
    throw new RangeError(`a registration lives ${shortest} to ${longest} seconds, got ${asked}`);
  }
  return (TEAMS_USER.test(rawId) ? Math.min(asked, teamsUser) : asked) * 1000;
}
