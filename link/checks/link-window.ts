import { fail, pass, unknown, waiting, type Finding } from '../check';
import type { LinkExpectation } from '../expectation';
import type { Observation } from '../observation';
import { NEEDED_ROLES } from '../roles';
import { unanswered } from '../unanswered';
import { linkedSinceRecord, linkWindow } from '../window';

export const id = 'window';
export const title = 'the data plane has had its time to take the link over';

export function find(o: Observation, expectation: LinkExpectation): Finding {
  const { record } = expectation;
  const window = linkWindow(o, expectation);
  const closes = new Date(window.closesAt).toISOString();
  if (record && linkedSinceRecord(o, window, expectation)) {
    return fail(
      `linked again by ${window.caller} at ${new Date(window.linkedAt ?? 0).toISOString()}, after the recorded link of ${new Date(record.linkedAt + o.skewAtStart).toISOString()}: nobody here knows with which connection string`,
      "link again: set the link's relinkToken to another text and deploy",
      o.links.answer?.time,
    );
  }
  switch (window.source) {
    case 'before the activity log':
      return pass('no link was made within the 89 days that the activity log is read back');
    case 'unknown':
      if (o.now >= window.closesAt)
        return pass(`watched since before ${closes}, and nobody linked meanwhile`);
      return o.links.error?.kind === 'forbidden'
        ? unanswered(o.links, NEEDED_ROLES.activityLog)
        : waiting(`when the link was made cannot be read; it is in force by ${closes} at the latest`);
    case 'activity log':
    case 'record': {
      const linked = `linked at ${new Date(window.linkedAt ?? 0).toISOString()} (${window.source})`;
      if (!window.applies) return pass(`${linked}, for the first time: in force at once`);
      if (o.now >= window.closesAt) return pass(`${linked}, in force since ${closes} at the latest`);
      return waiting(`${linked}, in force by ${closes} at the latest`);
    }
    default:
      return unknown('when the link was made is not known');
  }
}
