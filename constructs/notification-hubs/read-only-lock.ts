/** Source: azure-docs, azure-resource-manager/management/lock-resources.md, of POST requests. */
export const READ_ONLY_STOPS_KEYS =
  'refuses to list the keys of its rules, which every plan and the relay do';
