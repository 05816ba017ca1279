/* A log of the system, which a guest does not have: what goes there is dropped. */
#ifndef REAL_SYSLOG_H
#define REAL_SYSLOG_H

enum { LOG_EMERG, LOG_ALERT, LOG_CRIT, LOG_ERR, LOG_WARNING, LOG_NOTICE, LOG_INFO, LOG_DEBUG };

#define LOG_DAEMON (3 << 3)
#define LOG_LOCAL0 (16 << 3)
#define LOG_LOCAL1 (17 << 3)
#define LOG_LOCAL2 (18 << 3)
#define LOG_LOCAL3 (19 << 3)
#define LOG_LOCAL4 (20 << 3)
#define LOG_LOCAL5 (21 << 3)
#define LOG_LOCAL6 (22 << 3)
#define LOG_LOCAL7 (23 << 3)
#define LOG_PID 1
#define LOG_CONS 2

#define openlog(name, option, facility) ((void)(name), (void)(option), (void)(facility))
#define closelog() ((void)0)
#define syslog(priority, ...) ((void)(priority))

#endif
