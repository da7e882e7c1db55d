/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0) */
/*
 * clang puts into BTF only the types that a program or a map uses; some of wire.h's are used by the tracer alone. Being
 * members here, all of them are in the object's BTF, from which the TypeScript side is generated (server/tracer/generate).
 */
#ifndef ERRSCOPE_WIRE_TYPES_BPF_H
#define ERRSCOPE_WIRE_TYPES_BPF_H

const volatile union {
	enum es_constant es_constant;
	enum es_loc_kind es_loc_kind;
	struct es_loc es_loc;
	enum es_op es_op;
	enum es_site_flag es_site_flag;
	struct es_site es_site;
	struct es_plan es_plan;
	enum es_field_kind es_field_kind;
	enum es_via es_via;
	struct es_field es_field;
	enum es_layout_flag es_layout_flag;
	struct es_layout_key es_layout_key;
	struct es_layout es_layout;
	struct es_addr_key es_addr_key;
	struct es_site_counters es_site_counters;
	enum es_record_kind es_record_kind;
	struct es_part es_part;
	enum es_item_kind es_item_kind;
	struct es_item es_item;
	enum es_head_flag es_head_flag;
	struct es_head es_head;
	enum es_node_flag es_node_flag;
	struct es_node es_node;
	enum es_string_flag es_string_flag;
	struct es_string es_string;
	struct es_frames es_frames;
	enum es_pause_kind es_pause_kind;
	struct es_pause es_pause;
	struct es_thread es_thread;
	enum es_stack_end es_stack_end;
	struct es_end es_end;
	struct es_proc es_proc;
	struct es_clock es_clock;
	enum es_signal_flag es_signal_flag;
	struct es_signal es_signal;
	enum es_call_flag es_call_flag;
	struct es_call es_call;
	struct es_frame es_frame;
	enum es_frame_type es_frame_type;
	struct es_hello es_hello;
	enum es_reason es_reason;
	struct es_error es_error;
	struct es_file es_file;
	struct es_process es_process;
	enum es_read_what es_read_what;
	struct es_read es_read;
	struct es_gather es_gather;
	struct es_plan_upload es_plan_upload;
	struct es_itab es_itab;
	struct es_type_layout es_type_layout;
	struct es_plan_reply es_plan_reply;
	enum es_attach_flag es_attach_flag;
	struct es_attach es_attach;
	enum es_method es_method;
	struct es_attach_reply es_attach_reply;
	struct es_bad_site es_bad_site;
	struct es_detach es_detach;
	struct es_site_stats es_site_stats;
	struct es_tracer_stats es_tracer_stats;
	enum es_watch_flag es_watch_flag;
	struct es_watch es_watch;
	enum es_feature_id es_feature_id;
	struct es_feature es_feature;
} wire_types;
#endif
