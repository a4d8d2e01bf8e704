// A thousand simulated switches in one process: answers SNMP v2c GET, GETNEXT and GETBULK for every 127.x.y.z address
// it is asked at (IP_PKTINFO), 48 ports x 8 IF-MIB columns + the system group, counters that rise with time.
//   snmp-devices PORT PORTS_PER_DEVICE [SILENT_EVERY]
// SILENT_EVERY n: every n-th address (by its last two octets) never answers. Ignores anything not from loopback.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX_ARCS 32
#define MAX_ANSWER 1400

typedef struct { uint32_t arc[MAX_ARCS]; int n; } Oid;
typedef struct { Oid oid; uint8_t tag; int kind; int port; } Entry;
// kind: 0 number in `port`, 1 text, 2 rising counter, 3 uptime, 4 oid

static Entry *table;
static int entries;
static char texts[4096][40];
static int text_count;

static void add(const uint32_t *arc, int n, uint8_t tag, int kind, int port) {
  Entry *e = &table[entries++];
  memcpy(e->oid.arc, arc, sizeof(uint32_t) * (size_t)n);
  e->oid.n = n;
  e->tag = tag;
  e->kind = kind;
  e->port = port;
}

static int compare(const Oid *a, const Oid *b) {
  int n = a->n < b->n ? a->n : b->n;
  for (int i = 0; i < n; i++)
    if (a->arc[i] != b->arc[i]) return a->arc[i] < b->arc[i] ? -1 : 1;
  return a->n - b->n;
}

static int compare_entries(const void *a, const void *b) { return compare(&((const Entry *)a)->oid, &((const Entry *)b)->oid); }

static void build(int ports) {
  table = calloc((size_t)(16 + ports * 20), sizeof *table);
  for (uint32_t i = 1; i <= 7; i++) {
    uint32_t arc[] = {1, 3, 6, 1, 2, 1, 1, i, 0};
    if (i == 2) add(arc, 9, 0x06, 4, 0);
    else if (i == 3) add(arc, 9, 0x43, 3, 0);
    else if (i == 7) add(arc, 9, 0x02, 0, 72);
    else {
      snprintf(texts[text_count], sizeof texts[0], "simulated-%u", i);
      add(arc, 9, 0x04, 1, text_count++);
    }
  }
  uint32_t number[] = {1, 3, 6, 1, 2, 1, 2, 1, 0};
  add(number, 9, 0x02, 0, ports);
  for (int p = 1; p <= ports; p++) {
    const struct { uint32_t column; uint8_t tag; int kind; int value; } low[] = {
      {1, 0x02, 0, p}, {2, 0x04, 1, -1}, {3, 0x02, 0, 6}, {7, 0x02, 0, 1}, {8, 0x02, 0, 1}, {10, 0x41, 2, p},
      {13, 0x41, 0, 0}, {14, 0x41, 2, 1}, {16, 0x41, 2, p}, {19, 0x41, 0, 0}, {20, 0x41, 2, 2}};
    for (size_t i = 0; i < sizeof low / sizeof *low; i++) {
      uint32_t arc[] = {1, 3, 6, 1, 2, 1, 2, 2, 1, low[i].column, (uint32_t)p};
      int value = low[i].value;
      if (value < 0) {
        snprintf(texts[text_count], sizeof texts[0], "GigabitEthernet0/%d", p);
        value = text_count++;
      }
      add(arc, 11, low[i].tag, low[i].kind, value);
    }
    const struct { uint32_t column; uint8_t tag; int kind; int value; } high[] = {
      {1, 0x04, 1, -1}, {6, 0x46, 2, p + 3}, {7, 0x46, 2, p}, {10, 0x46, 2, p + 7}, {11, 0x46, 2, p + 1}, {15, 0x42, 0, 1000}, {18, 0x04, 1, -2}};
    for (size_t i = 0; i < sizeof high / sizeof *high; i++) {
      uint32_t arc[] = {1, 3, 6, 1, 2, 1, 31, 1, 1, 1, high[i].column, (uint32_t)p};
      int value = high[i].value;
      if (value < 0) {
        snprintf(texts[text_count], sizeof texts[0], value == -1 ? "Gi0/%d" : "uplink %d", p);
        value = text_count++;
      }
      add(arc, 12, high[i].tag, high[i].kind, value);
    }
  }
  qsort(table, (size_t)entries, sizeof *table, compare_entries);
}

// --- BER, backwards: the answer is built from its end so that lengths are known -----------------------------------
typedef struct { uint8_t bytes[65536]; int at; } Out;
static void put(Out *o, uint8_t b) { o->bytes[--o->at] = b; }
static void put_header(Out *o, uint8_t tag, int end) {
  int length = end - o->at;
  if (length < 128) put(o, (uint8_t)length);
  else if (length < 256) { put(o, (uint8_t)length); put(o, 0x81); }
  else { put(o, (uint8_t)length); put(o, (uint8_t)(length >> 8)); put(o, 0x82); }
  put(o, tag);
}
static void put_number(Out *o, uint8_t tag, uint64_t v) {
  int end = o->at;
  do { put(o, (uint8_t)v); v >>= 8; } while (v);
  if (o->bytes[o->at] & 0x80) put(o, 0);
  put_header(o, tag, end);
}
static void put_arc(Out *o, uint32_t arc) {
  put(o, arc & 0x7f);
  while (arc >>= 7) put(o, (uint8_t)(0x80 | (arc & 0x7f)));
}
static void put_oid(Out *o, const Oid *oid) {
  int end = o->at;
  for (int i = oid->n - 1; i >= 2; i--) put_arc(o, oid->arc[i]);
  put(o, (uint8_t)(oid->arc[0] * 40 + (oid->n > 1 ? oid->arc[1] : 0)));
  put_header(o, 0x06, end);
}
static void put_value(Out *o, const Entry *e, uint64_t centis, uint32_t device) {
  static const Oid product = {{1, 3, 6, 1, 4, 1, 99999, 1, 48}, 9};
  switch (e->kind) {
    case 1: {
      int end = o->at;
      int length = (int)strlen(texts[e->port]);
      o->at -= length;
      memcpy(o->bytes + o->at, texts[e->port], (size_t)length);
      put_header(o, e->tag, end);
      return;
    }
    case 2: {
      uint64_t v = (centis * (uint64_t)(97 + e->port * 131)) + device * 7919u;
      put_number(o, e->tag, e->tag == 0x46 ? v * 1337 : v & 0xffffffffu);
      return;
    }
    case 3: put_number(o, e->tag, centis & 0xffffffffu); return;
    case 4: put_oid(o, &product); return;
    default: put_number(o, e->tag, (uint64_t)e->port);
  }
}

typedef struct { const uint8_t *at, *end; } In;
static int header(In *in, uint8_t *tag, In *inside) {
  if (in->end - in->at < 2) return 0;
  *tag = *in->at++;
  size_t length = *in->at++;
  if (length & 0x80) {
    int n = length & 0x7f;
    if (n > 2 || in->end - in->at < n) return 0;
    length = 0;
    while (n--) length = length << 8 | *in->at++;
  }
  if ((size_t)(in->end - in->at) < length) return 0;
  inside->at = in->at;
  inside->end = in->at + length;
  in->at += length;
  return 1;
}
static int number(In *in, int64_t *v) {
  uint8_t tag;
  In inside;
  if (!header(in, &tag, &inside) || tag != 2 || inside.end - inside.at > 8 || inside.at == inside.end) return 0;
  *v = (int8_t)*inside.at;
  while (++inside.at < inside.end) *v = *v << 8 | *inside.at;
  return 1;
}
static int oid_of(In *in, Oid *oid) {
  uint8_t tag;
  In inside;
  if (!header(in, &tag, &inside) || tag != 6 || inside.at == inside.end) return 0;
  oid->arc[0] = *inside.at / 40;
  oid->arc[1] = *inside.at++ % 40;
  oid->n = 2;
  uint32_t arc = 0;
  while (inside.at < inside.end) {
    arc = arc << 7 | (*inside.at & 0x7f);
    if (!(*inside.at++ & 0x80)) {
      if (oid->n == MAX_ARCS) return 0;
      oid->arc[oid->n++] = arc;
      arc = 0;
    }
  }
  return 1;
}

static int after(const Oid *oid, int equal) {
  int low = 0, high = entries;
  while (low < high) {
    int mid = (low + high) / 2;
    int c = compare(&table[mid].oid, oid);
    if (c < 0 || (!equal && c == 0)) low = mid + 1;
    else high = mid;
  }
  return low;
}

static Out out;
static int answer(const uint8_t *packet, int length, uint32_t device, uint64_t centis) {
  In all = {packet, packet + length}, message, community, pdu;
  uint8_t tag, kind;
  int64_t version, id, a, b;
  if (!header(&all, &tag, &message) || tag != 0x30 || !number(&message, &version) || version != 1) return 0;
  if (!header(&message, &tag, &community) || tag != 4 || !header(&message, &kind, &pdu)) return 0;
  if (!number(&pdu, &id) || !number(&pdu, &a) || !number(&pdu, &b)) return 0;
  if (kind != 0xa0 && kind != 0xa1 && kind != 0xa5) return 0;
  In binds;
  if (!header(&pdu, &tag, &binds)) return 0;
  Oid asked[128];
  int n = 0;
  while (binds.at < binds.end && n < 128) {
    In one;
    if (!header(&binds, &tag, &one) || !oid_of(&one, &asked[n])) return 0;
    n++;
  }
  static int found[4096];
  static Oid missing[4096];
  int results = 0, size = 40;
  int repeats = kind == 0xa5 ? (int)b : 1, fixed = kind == 0xa5 ? (int)a : n;
  static int cursor[128];
  for (int r = 0; r < (repeats > 0 ? repeats : 1) && size < MAX_ANSWER; r++) {
    int rows = 0;
    for (int i = 0; i < n && size < MAX_ANSWER; i++) {
      if (r > 0 && i < fixed) continue;
      if (kind == 0xa5 && i >= fixed && b <= 0) continue;
      int hit;
      if (kind == 0xa0) {
        hit = after(&asked[i], 1);
        if (hit == entries || compare(&table[hit].oid, &asked[i])) hit = -1;
      } else {
        hit = r == 0 ? after(&asked[i], 0) : cursor[i] < 0 ? -1 : cursor[i] + 1;
        if (hit >= entries) hit = -1;
        cursor[i] = hit;
      }
      missing[results] = asked[i];
      found[results++] = hit;
      size += hit < 0 ? 24 : 22 + (table[hit].kind == 1 ? 20 : 6);
      rows++;
      if (results == 4096) break;
    }
    if (!rows) break;
  }
  out.at = sizeof out.bytes;
  int end = out.at;
  for (int i = results - 1; i >= 0; i--) {
    int bind_end = out.at;
    if (found[i] < 0) {
      put(&out, 0);
      put(&out, kind == 0xa0 ? 0x81 : 0x82);
      put_oid(&out, &missing[i]);
    } else {
      put_value(&out, &table[found[i]], centis, device);
      put_oid(&out, &table[found[i]].oid);
    }
    put_header(&out, 0x30, bind_end);
  }
  put_header(&out, 0x30, end);
  put_number(&out, 2, 0);
  put_number(&out, 2, 0);
  // The id goes back as it came, four octets of two's complement.
  int id_end = out.at;
  for (int i = 0; i < 4; i++) put(&out, (uint8_t)((uint64_t)id >> (8 * i)));
  put_header(&out, 2, id_end);
  put_header(&out, 0xa2, end);
  int community_end = out.at;
  out.at -= (int)(community.end - community.at);
  memcpy(out.bytes + out.at, community.at, (size_t)(community.end - community.at));
  put_header(&out, 4, community_end);
  put_number(&out, 2, 1);
  put_header(&out, 0x30, end);
  return (int)sizeof out.bytes - out.at;
}

int main(int argc, char **argv) {
  if (argc < 3) {
    fprintf(stderr, "usage: snmp-devices PORT PORTS_PER_DEVICE [SILENT_EVERY]\n");
    return 2;
  }
  int ports = atoi(argv[2]), silent = argc > 3 ? atoi(argv[3]) : 0;
  if (ports < 1 || ports > 1000) return 2;
  build(ports);
  int fd = socket(AF_INET, SOCK_DGRAM, 0), on = 1, big = 8 << 20;
  setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &big, sizeof big);
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1]))};
  if (bind(fd, (struct sockaddr *)&at, sizeof at)) {
    perror("bind");
    return 1;
  }
  printf("ready %d\n", entries);
  fflush(stdout);
  struct timespec start, t;
  clock_gettime(CLOCK_MONOTONIC, &start);
  for (;;) {
    uint8_t packet[2048], control[256];
    struct sockaddr_in from;
    struct iovec io = {packet, sizeof packet};
    struct msghdr msg = {&from, sizeof from, &io, 1, control, sizeof control, 0};
    ssize_t got = recvmsg(fd, &msg, 0);
    if (got <= 0 || (ntohl(from.sin_addr.s_addr) >> 24) != 127) continue;
    struct in_pktinfo *info = NULL;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&msg); c; c = CMSG_NXTHDR(&msg, c))
      if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) info = (struct in_pktinfo *)CMSG_DATA(c);
    if (!info) continue;
    uint32_t device = ntohl(info->ipi_addr.s_addr);
    if (silent > 0 && (device & 0xffff) % (uint32_t)silent == 0) continue;
    clock_gettime(CLOCK_MONOTONIC, &t);
    uint64_t centis = 100000 + (uint64_t)(t.tv_sec - start.tv_sec) * 100 + (uint64_t)((t.tv_nsec - start.tv_nsec) / 10000000);
    int length = answer(packet, (int)got, device, centis);
    if (!length) continue;
    struct in_addr source = info->ipi_addr;
    io.iov_base = out.bytes + out.at;
    io.iov_len = (size_t)length;
    memset(control, 0, sizeof control);
    msg.msg_control = control;
    msg.msg_controllen = CMSG_SPACE(sizeof *info);
    struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
    c->cmsg_level = IPPROTO_IP;
    c->cmsg_type = IP_PKTINFO;
    c->cmsg_len = CMSG_LEN(sizeof *info);
    struct in_pktinfo reply = {.ipi_spec_dst = source};
    memcpy(CMSG_DATA(c), &reply, sizeof reply);
    sendmsg(fd, &msg, 0);
  }
}
