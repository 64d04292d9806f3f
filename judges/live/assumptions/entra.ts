import type { Assumption } from '../assumption';

/** Signing in. */
export const entra: readonly Assumption[] = [
  {
    id: 'codes-of-refused-assertions',
    behaviour:
      "Microsoft Entra's codes for a federated token that does not fit (`AADSTS700211` issuer, `700212` audience, `700213` subject, `50166` keys out of reach) and for a wrong audience of a certificate's assertion (`700023`)",
    doubt: "from its error pages and people's reports; which of several faults it names first is not known",
    call: '`POST https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token` with a `client_assertion` of each kind: `error_codes` of the answer',
    kit: {
      unsettled:
        'needs an application with a federated credential: who deploys may not make applications, as a rule',
    },
  },
];
