/**
 * Milliseconds until a changed link is in force in the data plane, at the latest. On the first link of a resource
 * that has never sent a notification there is no such wait.
 * Source: MicrosoftDocs/azure-docs `articles/communication-services/concepts/notifications.md`.
 */
export const PROPAGATION_WINDOW = 10 * 60_000;
