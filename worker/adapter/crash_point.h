/* crash_point.h - places where a test can make the process die.
 *
 * Only in builds with -DDESKHAND_FAULTS: DESKHAND_CRASH_AT=after-produce:3 ends the process
 * without warning, as SIGKILL does, the third time it gets there. In all other builds a
 * crash point is nothing.
 *
 * Thread: any. */
#ifndef ADAPTER_CRASH_POINT_H
#define ADAPTER_CRASH_POINT_H

#ifdef DESKHAND_FAULTS
#define CRASH_POINT(name) crash_point_reach("" name)
#else
#define CRASH_POINT(name) ((void)sizeof("" name))
#endif

/* Dies here if that is what the environment asks for. */
void crash_point_reach(const char *name);

#endif
