/* cluster_group.c - see cluster.h. The coordinator of the group, with a sticky assignor.
 *
 * Static members keep their place while they are away; of dynamic ones, those that have not
 * rejoined in time are thrown out. The cooperative assignor takes nothing from a member that
 * still has it: that is given away in the next generation. */
#include "tests/sim/cluster.h"

static struct member *group_find(struct cluster *cluster, int id)
{
    struct member *members = cluster->group.members;
    for (size_t i = 0; id != 0 && i < MEMBERS_MAX; i++) {
        if (members[i].id == id) {
            return &members[i];
        }
    }
    return NULL;
}

static struct member *group_add(struct cluster *cluster, const struct join_request *request)
{
    for (size_t i = 0; i < MEMBERS_MAX; i++) {
        struct member *member = &cluster->group.members[i];
        if (member->id == 0) {
            *member = (struct member){ .id = ++cluster->group.next_member,
                                       .pod = request->pod,
                                       .is_static = request->is_static };
            return member;
        }
    }
    BUG("the simulated group is full");
}

/* --- the assignor --------------------------------------------------------------------------- */

static struct member *group_owner(struct group_state *group, int part)
{
    struct member *owner = NULL;
    for (size_t i = 0; i < MEMBERS_MAX; i++) {
        struct member *member = &group->members[i];
        if (member->id != 0 && (member->claimed & BIT(part)) &&
            (!owner || member->claimed_generation > owner->claimed_generation)) {
            owner = member;
        }
    }
    return owner;
}

static struct member *group_poorest(struct group_state *group)
{
    struct member *poorest = NULL;
    for (size_t i = 0; i < MEMBERS_MAX; i++) {
        struct member *member = &group->members[i];
        if (member->id != 0 && (!poorest || __builtin_popcount(member->assigned) <
                                                __builtin_popcount(poorest->assigned))) {
            poorest = member;
        }
    }
    return poorest;
}

static int group_count(const struct group_state *group)
{
    int count = 0;
    for (size_t i = 0; i < MEMBERS_MAX; i++) {
        count += group->members[i].id != 0 ? 1 : 0;
    }
    return count;
}

static void group_assign(struct cluster *cluster)
{
    struct group_state *group = &cluster->group;
    int members = group_count(group);
    int share = (cluster->parts_count + members - 1) / members;
    struct member *owners[PARTS_MAX];
    for (size_t i = 0; i < MEMBERS_MAX; i++) {
        group->members[i].assigned = 0;
    }
    for (int part = 0; part < cluster->parts_count; part++) {
        owners[part] = group_owner(group, part);
        if (owners[part] && __builtin_popcount(owners[part]->assigned) < share) {
            owners[part]->assigned |= BIT(part);
        }
    }
    for (int part = 0; part < cluster->parts_count; part++) {
        bool is_free = !owners[part];
        bool is_moving = !is_free && !(owners[part]->assigned & BIT(part));
        if (is_free || (is_moving && cluster->is_eager)) {
            group_poorest(group)->assigned |= BIT(part);
        }
    }
}

/* --- generations ---------------------------------------------------------------------------- */

static void group_make_generation(struct cluster *cluster)
{
    struct group_state *group = &cluster->group;
    group->is_preparing = false;
    group->generation++;
    if (group_count(group) > 0) {
        group_assign(cluster);
    }
    for (size_t i = 0; i < MEMBERS_MAX; i++) {
        struct member *member = &group->members[i];
        member->answer = member->has_joined ? group->generation : member->answer;
    }
}

static void group_prepare(struct group_state *group)
{
    if (group->is_preparing) {
        return;
    }
    group->is_preparing = true;
    for (size_t i = 0; i < MEMBERS_MAX; i++) {
        group->members[i].has_joined = false;
    }
}

static void group_complete_if_all(struct cluster *cluster)
{
    struct group_state *group = &cluster->group;
    if (!group->is_preparing || group_count(group) == 0) {
        return;
    }
    for (size_t i = 0; i < MEMBERS_MAX; i++) {
        if (group->members[i].id != 0 && !group->members[i].has_joined) {
            return;
        }
    }
    group_make_generation(cluster);
}

bool cluster_stop_waiting(struct cluster *cluster)
{
    struct group_state *group = &cluster->group;
    if (!group->is_preparing) {
        return false;
    }
    int joined = 0;
    for (size_t i = 0; i < MEMBERS_MAX; i++) {
        struct member *member = &group->members[i];
        if (member->id != 0 && !member->has_joined && !member->is_static) {
            member->id = 0;
        }
        joined += member->id != 0 && member->has_joined ? 1 : 0;
    }
    if (joined == 0) {
        return false;
    }
    group_make_generation(cluster);
    return true;
}

static void group_remove(struct cluster *cluster, struct member *member)
{
    member->id = 0;
    group_prepare(&cluster->group);
    group_complete_if_all(cluster);
}

/* --- requests ------------------------------------------------------------------------------- */

/* A static member that comes back takes its place again; a stable group goes on as before. */
static struct member *group_take_place(struct cluster *cluster, const struct join_request *request)
{
    for (size_t i = 0; i < MEMBERS_MAX; i++) {
        struct member *member = &cluster->group.members[i];
        if (member->id != 0 && member->is_static && member->pod == request->pod) {
            member->id = ++cluster->group.next_member;
            return member;
        }
    }
    return NULL;
}

/* A generation that leaves a partition to be given up first. When the static member that should
 * give it up comes back without it, Kafka's coordinator makes no new generation, and nobody has
 * the partition until something else moves the group; this one is kinder. */
static bool group_is_whole(const struct cluster *cluster)
{
    unsigned assigned = 0;
    for (size_t i = 0; i < MEMBERS_MAX; i++) {
        const struct member *member = &cluster->group.members[i];
        assigned |= member->id != 0 ? member->assigned : 0;
    }
    return assigned == BIT(cluster->parts_count) - 1;
}

enum join cluster_join(struct cluster *cluster, const struct join_request *request, int *ret_member)
{
    struct group_state *group = &cluster->group;
    struct member *member = group_find(cluster, request->member);
    if (request->member != 0 && !member) {
        return JOIN_UNKNOWN;
    }
    bool is_back = false;
    if (!member && request->is_static) {
        member = group_take_place(cluster, request);
        is_back = member != NULL;
    }
    if (!member && !request->is_static) {
        *ret_member = group_add(cluster, request)->id;
        return JOIN_ID_REQUIRED;
    }
    if (!member) {
        member = group_add(cluster, request);
    }
    *ret_member = member->id;
    if (is_back && !group->is_preparing && group_is_whole(cluster)) {
        member->answer = group->generation;
        return JOIN_AS_BEFORE;
    }
    group_prepare(group);
    member->claimed = request->claimed;
    member->claimed_generation = request->claimed_generation;
    member->has_joined = true;
    member->answer = 0;
    group_complete_if_all(cluster);
    return JOIN_WAITS;
}

enum broker_reply cluster_joined(struct cluster *cluster, int id, int *ret_generation)
{
    const struct member *member = group_find(cluster, id);
    if (!member) {
        return REPLY_MEMBER;
    }
    if (member->answer == 0) {
        return REPLY_REBALANCING;
    }
    *ret_generation = member->answer;
    return REPLY_OK;
}

enum broker_reply cluster_sync(struct cluster *cluster, int id, int generation,
                               unsigned *ret_assigned)
{
    enum broker_reply reply = cluster_beat(cluster, id, generation);
    if (reply == REPLY_OK) {
        *ret_assigned = group_find(cluster, id)->assigned;
    }
    return reply;
}

enum broker_reply cluster_beat(struct cluster *cluster, int id, int generation)
{
    if (!group_find(cluster, id)) {
        return REPLY_MEMBER;
    }
    if (generation != cluster->group.generation) {
        return REPLY_GENERATION;
    }
    return cluster->group.is_preparing ? REPLY_REBALANCING : REPLY_OK;
}

/* While members rejoin, what was done in the generation before may still be committed. */
enum broker_reply cluster_check(struct cluster *cluster, const struct proof *proof)
{
    if (proof->member == 0) {
        return REPLY_OK; /* from outside of the group: nobody is fenced */
    }
    enum broker_reply reply = cluster_beat(cluster, proof->member, proof->generation);
    return reply == REPLY_REBALANCING ? REPLY_OK : reply;
}

void cluster_leave(struct cluster *cluster, int id)
{
    struct member *member = group_find(cluster, id);
    if (member) {
        group_remove(cluster, member);
    }
}

bool cluster_expire(struct cluster *cluster, int pod)
{
    bool has_any = false;
    for (size_t i = 0; i < MEMBERS_MAX; i++) {
        struct member *member = &cluster->group.members[i];
        if (member->id != 0 && member->pod == pod) {
            group_remove(cluster, member);
            has_any = true;
        }
    }
    return has_any;
}
