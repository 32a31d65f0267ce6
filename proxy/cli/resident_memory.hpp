// Gives back the memory that reading rules took, once it is done: sealock idles for months after a second
// of work.
//
// What it gives back: free pages of the heap, and the pages of program and library code and constants.
//          The latter stay in the page cache, which the kernel may drop when it wants to; what is used
//          again is mapped again by a minor fault, without a read from disk.
// Threads: any.
// Source:  madvise(2), MADV_DONTNEED on a private mapping of a file; malloc_trim(3).

#pragma once

namespace sealock::proxy {

void trim_resident_memory();

}  // namespace sealock::proxy
