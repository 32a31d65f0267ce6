#include "proxy/cli/resident_memory.hpp"

#include <cstddef>
#include <cstdint>

#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

namespace sealock::proxy {
namespace {

bool has_text_relocations(const dl_phdr_info& object) {
  for (ElfW(Half) i = 0; i < object.dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = object.dlpi_phdr[i];
    if (segment.p_type != PT_DYNAMIC) continue;
    const void* dynamic = reinterpret_cast<const void*>(object.dlpi_addr + segment.p_vaddr);
    for (const auto* entry = static_cast<const ElfW(Dyn)*>(dynamic); entry->d_tag != DT_NULL;
         ++entry) {
      if (entry->d_tag == DT_TEXTREL) return true;
    }
  }
  return false;
}

// Only segments that are never written: a page that was (the relocated one of RELRO) would come back as
// the file has it.
int drop_unwritten(dl_phdr_info* object, std::size_t, void*) {
  if (has_text_relocations(*object)) return 0;
  const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  for (ElfW(Half) i = 0; i < object->dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = object->dlpi_phdr[i];
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) continue;
    const std::uintptr_t begin = (object->dlpi_addr + segment.p_vaddr) & ~(page - 1);
    const std::uintptr_t end = object->dlpi_addr + segment.p_vaddr + segment.p_filesz;
    // The kernel's own mapping (vdso) refuses, which is as well.
    madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
  }
  return 0;
}

}  // namespace

void trim_resident_memory() {
  malloc_trim(0);
  dl_iterate_phdr(&drop_unwritten, nullptr);
}

}  // namespace sealock::proxy
