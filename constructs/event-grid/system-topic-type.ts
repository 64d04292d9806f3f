/** ARM type of a system topic. */
export const SYSTEM_TOPIC_TYPE = 'Microsoft.EventGrid/systemTopics';
