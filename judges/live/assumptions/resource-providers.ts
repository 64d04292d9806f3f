import type { Assumption } from '../assumption';

/** Registration of resource providers. */
export const resourceProviders: readonly Assumption[] = [
  {
    id: 'reads-need-registration',
    behaviour:
      'Reads, lists and deletions of an unregistered resource provider are refused as its PUTs are (409 `MissingSubscriptionRegistration`); while it registers, all are answered',
    doubt: 'the error is documented for deployments; nothing is said of other requests',
    call: '`GET /subscriptions/{subscription}/providers/Microsoft.Communication/communicationServices?api-version=2025-05-01` where the provider is not registered, then `POST /subscriptions/{subscription}/providers/Microsoft.Communication/register?api-version=2022-09-01` and the GET again at once: status of both',
    kit: {
      unsettled:
        'needs a subscription that has not registered it, and nobody takes a registration away from theirs',
    },
  },
];
