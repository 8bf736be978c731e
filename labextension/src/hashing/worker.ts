/** The hash worker: a thread of its own, so that digests never hold up the page. */

import { serve } from './service';

serve(self);
