/** Numbers come with and without their plus; short codes and names stay as they are. */
export function e164(number: string): string {
  const digits = number.replace(/[\s()-]/g, '');
  return /^\d{7,15}$/.test(digits) ? `+${digits}` : digits;
}
