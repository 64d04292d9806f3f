/** A raw id as the events spell it out (communication-services/concepts/identifiers.md). */
export function identifier(rawId: string): Record<string, unknown> {
  if (rawId.startsWith('4:')) {
    return { kind: 'phoneNumber', rawId, phoneNumber: { value: rawId.slice(2) } };
  }
  if (rawId.startsWith('8:orgid:')) {
    return {
      kind: 'microsoftTeamsUser',
      rawId,
      microsoftTeamsUser: { userId: rawId.slice('8:orgid:'.length), isAnonymous: false, cloud: 'public' },
    };
  }
  return rawId.startsWith('8:')
    ? { kind: 'communicationUser', rawId, communicationUser: { id: rawId } }
    : { kind: 'unknown', rawId };
}
