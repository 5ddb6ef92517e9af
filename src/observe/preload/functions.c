#include "functions.h"

#include "larder/base/c_text.h"

static void* real[slot_count];
/* The names one after the other, each with its NUL. */
#define LARDER_NAME(name) #name "\0"
static const char names[] = FUNCTIONS(LARDER_NAME);

void start(void);

void* real_function(enum slot slot) {
  start();
  return real[slot];
}

struct object object_of(const struct dl_phdr_info* info) {
  struct object object = {.base = info->dlpi_addr, .from = UINTPTR_MAX, .name = info->dlpi_name};
  const ElfW(Dyn)* entry = NULL;
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr)* segment = &info->dlpi_phdr[i];
    const uintptr_t address = info->dlpi_addr + segment->p_vaddr;
    if (segment->p_type == PT_DYNAMIC) entry = (const ElfW(Dyn)*)address;
    if (segment->p_type != PT_LOAD) continue;
    if (address < object.from) object.from = address;
    if (address + segment->p_memsz > object.to) object.to = address + segment->p_memsz;
  }
  for (; entry != NULL && entry->d_tag != DT_NULL; ++entry) {
    /* glibc has already added the base here, musl has not. */
    uintptr_t address = entry->d_un.d_ptr;
    if (address < object.base) address += object.base;
    switch (entry->d_tag) {
      case DT_SYMTAB:
        object.symbols = (const ElfW(Sym)*)address;
        break;
      case DT_STRTAB:
        object.strings = (const char*)address;
        break;
      case DT_VERSYM:
        object.versions = (const ElfW(Half)*)address;
        break;
      case DT_GNU_HASH:
        object.gnu_hash = (const uint32_t*)address;
        break;
      case DT_HASH:
        object.hash = (const uint32_t*)address;
        break;
      default:
        break;
    }
  }
  return object;
}

/* Whether symbol i defines this name, in the version that new programs are linked with. */
static int defines(const struct object* object, uint32_t i, const char* name) {
  const ElfW(Sym)* symbol = &object->symbols[i];
  if (symbol->st_shndx == SHN_UNDEF || !is_same(object->strings + symbol->st_name, name)) return 0;
  return object->versions == NULL || (object->versions[i] & 0x8000) == 0;
}

static const ElfW(Sym) * find_by_gnu_hash(const struct object* object, const char* name) {
  uint32_t hash = 5381;
  for (const char* c = name; *c != '\0'; ++c) hash = hash * 33 + (unsigned char)*c;
  const uint32_t* table = object->gnu_hash;
  const uint32_t buckets = table[0], first = table[1], words = table[2];
  const ElfW(Addr)* bloom = (const ElfW(Addr)*)(table + 4);
  const uint32_t bits = sizeof(ElfW(Addr)) * 8;
  const ElfW(Addr) mask = (ElfW(Addr))1 << hash % bits | (ElfW(Addr))1 << (hash >> table[3]) % bits;
  if (buckets == 0 || (bloom[hash / bits % words] & mask) != mask) return NULL;
  const uint32_t* bucket = (const uint32_t*)(bloom + words);
  const uint32_t* chain = bucket + buckets;
  for (uint32_t i = bucket[hash % buckets]; i >= first; ++i) {
    if ((chain[i - first] | 1) == (hash | 1) && defines(object, i, name))
      return &object->symbols[i];
    if ((chain[i - first] & 1) != 0) break;
  }
  return NULL;
}

static const ElfW(Sym) * find_by_hash(const struct object* object, const char* name) {
  uint32_t hash = 0;
  for (const char* c = name; *c != '\0'; ++c) {
    hash = (hash << 4) + (unsigned char)*c;
    hash = (hash ^ (hash >> 24 & 0xf0)) & 0x0fffffff;
  }
  const uint32_t* table = object->hash;
  if (table[0] == 0) return NULL;
  for (uint32_t i = table[2 + hash % table[0]]; i != 0; i = table[2 + table[0] + i])
    if (defines(object, i, name)) return &object->symbols[i];
  return NULL;
}

static const ElfW(Sym) * find(const struct object* object, const char* name) {
  if (object->symbols == NULL || object->strings == NULL) return NULL;
  if (object->gnu_hash != NULL) return find_by_gnu_hash(object, name);
  return object->hash != NULL ? find_by_hash(object, name) : NULL;
}

int object_imports(const struct object* object, const char* name) {
  /* A program that is not position-independent has its own copy of the variable, so it defines
     it. */
  if (find(object, name) != NULL) return 1;
  if (object->symbols == NULL || object->strings == NULL) return 0;
  /* Undefined symbols come before those in the hash table. */
  const uint32_t count = object->gnu_hash != NULL ? object->gnu_hash[1]
                         : object->hash != NULL   ? object->hash[1]
                                                  : 0;
  for (uint32_t i = 1; i < count; ++i) {
    const ElfW(Sym)* symbol = &object->symbols[i];
    if (symbol->st_shndx == SHN_UNDEF && is_same(object->strings + symbol->st_name, name)) return 1;
  }
  return 0;
}

static int search(struct dl_phdr_info* info, size_t size, void* data) {
  (void)size;
  int* behind_us = data;
  const struct object object = object_of(info);
  if (object.from <= (uintptr_t)&find_functions && (uintptr_t)&find_functions < object.to) {
    *behind_us = 1;
    return 0;
  }
  if (!*behind_us || starts_with(object.name, "linux-")) return 0; /* the kernel's own object */
  const char* name = names;
  for (int i = 0; i < slot_count; name += length_of(name) + 1, ++i) {
    if (real[i] != NULL) continue;
    const ElfW(Sym)* symbol = find(&object, name);
    if (symbol == NULL) continue;
    real[i] = (void*)(object.base + symbol->st_value);
    if ((symbol->st_info & 0xf) == STT_GNU_IFUNC) real[i] = ((void* (*)(void))real[i])();
  }
  return 0;
}

void find_functions(void) {
  int behind_us = 0;
  dl_iterate_phdr(search, &behind_us);
}
