import { Jobs } from './jobs';
import { sliced } from './pieces';

/** What a page computes itself, where it can't have workers. */
export const jobsInPage = new Jobs(sliced);
