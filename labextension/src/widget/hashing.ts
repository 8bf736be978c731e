/** Digests, for a worker and for the page where it can have none: a bundle of its own within that of the widget. */

import { jobsInPage } from '../hashing/inPage';
import { serve } from '../hashing/service';

export { jobsInPage };

// A worker has no document.
if (typeof document === 'undefined') {
  serve(self);
}
