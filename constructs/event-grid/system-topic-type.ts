export const SYSTEM_TOPIC_TYPE = 'Microsoft.EventGrid/systemTopics';
