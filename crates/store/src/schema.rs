//! The tables as diesel sees them; the same on both databases (`migrations/`, compared by a test).
//! `sealed_scores` is missing on purpose: its table is private to the module `sealed`.

diesel::table! {
    users (id) {
        id -> BigInt,
        name -> Text,
        name_key -> Text,
        email -> Nullable<Text>,
        email_key -> Nullable<Text>,
        password_hash -> Nullable<Text>,
        role -> Text,
        language -> Text,
        state -> Text,
        created_at -> Timestamp,
        email_verified_at -> Nullable<Timestamp>,
        second_factor_at -> Nullable<Timestamp>,
        deleted_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    participants (competition_id, user_id) {
        competition_id -> BigInt,
        user_id -> BigInt,
        state -> Text,
        answers -> Text,
        bracket -> Nullable<Text>,
        team_name -> Nullable<Text>,
        reason -> Text,
        created_at -> Timestamp,
        decided_at -> Nullable<Timestamp>,
        decided_by -> Nullable<BigInt>,
        planned_team -> Nullable<Text>,
    }
}

diesel::table! {
    invites (id) {
        id -> BigInt,
        competition_id -> BigInt,
        kind -> Text,
        team_id -> Nullable<BigInt>,
        role -> Nullable<Text>,
        user_id -> Nullable<BigInt>,
        label -> Text,
        token_hash -> Nullable<Binary>,
        uses_left -> Integer,
        created_by -> BigInt,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        ended_as -> Nullable<Text>,
    }
}

diesel::table! {
    merges (id) {
        id -> BigInt,
        competition_id -> BigInt,
        team_id -> BigInt,
        other_id -> BigInt,
        state -> Text,
        asked_by -> BigInt,
        asked_at -> Timestamp,
        decided_by -> Nullable<BigInt>,
        decided_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    grants (id) {
        id -> BigInt,
        competition_id -> BigInt,
        team_id -> BigInt,
        entries -> Nullable<Integer>,
        day -> Nullable<Text>,
        until -> Nullable<Timestamp>,
        reason -> Text,
        granted_by -> BigInt,
        granted_at -> Timestamp,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    page_versions (id) {
        id -> BigInt,
        competition_id -> BigInt,
        name -> Text,
        language -> Text,
        markdown -> Text,
        saved_by -> Nullable<BigInt>,
        saved_at -> Timestamp,
    }
}

diesel::table! {
    downloads (id) {
        id -> BigInt,
        competition_id -> BigInt,
        user_id -> BigInt,
        path -> Text,
        bytes -> BigInt,
        at -> Timestamp,
    }
}

diesel::table! {
    sessions (id) {
        id -> BigInt,
        key_hash -> Binary,
        user_id -> BigInt,
        user_agent -> Text,
        created_at -> Timestamp,
        last_seen_at -> Timestamp,
        expires_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        confirmed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    api_tokens (id) {
        id -> BigInt,
        user_id -> BigInt,
        name -> Text,
        token_hash -> Binary,
        scopes -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        last_used_at -> Nullable<Timestamp>,
        revoked_at -> Nullable<Timestamp>,
        competition_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    competitions (id) {
        id -> BigInt,
        slug -> Text,
        title_en -> Text,
        title_ko -> Text,
        summary_en -> Text,
        summary_ko -> Text,
        licence -> Text,
        zone -> Text,
        starts_at -> Timestamp,
        ends_at -> Timestamp,
        private_release -> Text,
        published_at -> Nullable<Timestamp>,
        released_at -> Nullable<Timestamp>,
        archived_at -> Nullable<Timestamp>,
        manifest -> Text,
        manifest_sha256 -> Binary,
        metric -> Text,
        higher_is_better -> Bool,
        entries_per_day -> Integer,
        finals -> Integer,
        team_size -> Integer,
        file_limit_bytes -> BigInt,
        created_by -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        joins_until -> Nullable<Timestamp>,
        merges_until -> Nullable<Timestamp>,
        freezes_at -> Nullable<Timestamp>,
        board -> Text,
        visibility -> Text,
        admission -> Text,
        domains -> Text,
    }
}

diesel::table! {
    competition_hosts (competition_id, user_id) {
        competition_id -> BigInt,
        user_id -> BigInt,
        role -> Text,
    }
}

diesel::table! {
    pages (id) {
        id -> BigInt,
        competition_id -> BigInt,
        name -> Text,
        language -> Text,
        markdown -> Text,
        visible_from -> Nullable<Timestamp>,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    data_files (id) {
        id -> BigInt,
        competition_id -> BigInt,
        path -> Text,
        bytes -> BigInt,
        sha256 -> Binary,
        visible_from -> Nullable<Timestamp>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    solutions (id) {
        id -> BigInt,
        competition_id -> BigInt,
        version -> Integer,
        sha256 -> Binary,
        split_key -> Binary,
        rows_all -> BigInt,
        rows_public -> BigInt,
        rows_private -> BigInt,
        created_at -> Timestamp,
        activated_at -> Nullable<Timestamp>,
        rows_ignored -> Nullable<BigInt>,
        classes -> Nullable<Text>,
    }
}

diesel::table! {
    teams (id) {
        id -> BigInt,
        competition_id -> BigInt,
        name -> Text,
        name_key -> Text,
        is_benchmark -> Bool,
        created_at -> Timestamp,
        bracket -> Nullable<Text>,
        bracket_is_chosen -> Bool,
        is_looking -> Bool,
        looking_note -> Text,
        closed_at -> Nullable<Timestamp>,
        merged_into -> Nullable<BigInt>,
        disqualified_at -> Nullable<Timestamp>,
        disqualified_for -> Nullable<Text>,
    }
}

diesel::table! {
    team_members (competition_id, user_id) {
        competition_id -> BigInt,
        user_id -> BigInt,
        team_id -> BigInt,
        role -> Text,
        joined_at -> Timestamp,
    }
}

diesel::table! {
    consents (id) {
        id -> BigInt,
        user_id -> BigInt,
        competition_id -> BigInt,
        rules_sha256 -> Binary,
        accepted_at -> Timestamp,
    }
}

diesel::table! {
    submissions (id) {
        id -> BigInt,
        competition_id -> BigInt,
        team_id -> BigInt,
        user_id -> BigInt,
        number -> Integer,
        file_name -> Text,
        sha256 -> Binary,
        bytes -> BigInt,
        note -> Text,
        state -> Text,
        quota_day -> Text,
        is_late -> Bool,
        accepted_at -> Timestamp,
        finished_at -> Nullable<Timestamp>,
        notices -> Text,
        errors -> Text,
        error_count -> BigInt,
        idempotency_key -> Nullable<Text>,
        rank_before -> Nullable<Integer>,
        rank_after -> Nullable<Integer>,
        chosen_at -> Nullable<Timestamp>,
        former_team_id -> Nullable<BigInt>,
        former_number -> Nullable<Integer>,
    }
}

diesel::table! {
    scores (id) {
        id -> BigInt,
        submission_id -> BigInt,
        solution_id -> BigInt,
        metric -> Text,
        value -> Nullable<Double>,
        standard_error -> Nullable<Double>,
        error_code -> Nullable<Text>,
        error_message -> Nullable<Text>,
        is_current -> Bool,
    }
}

diesel::table! {
    standings (competition_id, team_id) {
        competition_id -> BigInt,
        team_id -> BigInt,
        score -> Double,
        sort_key -> Double,
        standard_error -> Nullable<Double>,
        submission_id -> BigInt,
        best_at -> Timestamp,
        entries -> BigInt,
        last_at -> Timestamp,
    }
}

diesel::table! {
    threads (id) {
        id -> BigInt,
        competition_id -> BigInt,
        author_id -> BigInt,
        title -> Text,
        is_pinned -> Bool,
        is_locked -> Bool,
        posts -> BigInt,
        created_at -> Timestamp,
        last_post_at -> Timestamp,
        deleted_at -> Nullable<Timestamp>,
        kind -> Text,
        accepted_post_id -> Nullable<BigInt>,
        submission_id -> Nullable<BigInt>,
        votes -> BigInt,
        hot -> BigInt,
    }
}

diesel::table! {
    posts (id) {
        id -> BigInt,
        thread_id -> BigInt,
        author_id -> BigInt,
        parent_id -> Nullable<BigInt>,
        markdown -> Text,
        created_at -> Timestamp,
        edited_at -> Nullable<Timestamp>,
        deleted_at -> Nullable<Timestamp>,
        votes -> BigInt,
        hidden_at -> Nullable<Timestamp>,
        terms -> BigInt,
    }
}

diesel::table! {
    jobs (id) {
        id -> BigInt,
        kind -> Text,
        payload -> Text,
        dedupe_key -> Nullable<Text>,
        state -> Text,
        attempts -> Integer,
        max_attempts -> Integer,
        deaths -> Integer,
        run_at -> Timestamp,
        lease_until -> Nullable<Timestamp>,
        last_error -> Nullable<Text>,
        created_at -> Timestamp,
        finished_at -> Nullable<Timestamp>,
        competition_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    site_settings (id) {
        id -> BigInt,
        name -> Text,
        sign_up -> Text,
        domains -> Text,
        creators -> Text,
        second_factor_required -> Bool,
        banner_en -> Text,
        banner_ko -> Text,
        contact -> Text,
        updated_at -> Timestamp,
        updated_by -> BigInt,
    }
}

diesel::table! {
    events (id) {
        id -> BigInt,
        competition_id -> Nullable<BigInt>,
        team_id -> Nullable<BigInt>,
        kind -> Text,
        payload -> Text,
        created_at -> Timestamp,
        user_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    notifications (id) {
        id -> BigInt,
        user_id -> BigInt,
        competition_id -> Nullable<BigInt>,
        kind -> Text,
        about -> Text,
        created_at -> Timestamp,
        read_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    rounds (competition_id) {
        competition_id -> BigInt,
        previous_id -> BigInt,
        created_at -> Timestamp,
    }
}

diesel::table! {
    rescores (id) {
        id -> BigInt,
        competition_id -> BigInt,
        solution_id -> BigInt,
        manifest -> Text,
        metric -> Text,
        higher_is_better -> Bool,
        state -> Text,
        reason -> Text,
        created_by -> BigInt,
        created_at -> Timestamp,
        decided_at -> Nullable<Timestamp>,
        entries -> Nullable<BigInt>,
        moved -> Nullable<BigInt>,
    }
}

diesel::table! {
    audit (id) {
        id -> BigInt,
        at -> Timestamp,
        actor_kind -> Text,
        actor -> Nullable<BigInt>,
        competition_id -> Nullable<BigInt>,
        action -> Text,
        subject -> Text,
        detail -> Text,
        previous -> Binary,
        hash -> Binary,
    }
}

diesel::table! {
    audit_head (id) {
        id -> BigInt,
        entries -> BigInt,
        hash -> Binary,
    }
}

diesel::table! {
    second_factors (id) {
        id -> BigInt,
        user_id -> BigInt,
        nonce -> Binary,
        created_at -> Timestamp,
        confirmed_at -> Nullable<Timestamp>,
        last_step -> BigInt,
    }
}

diesel::table! {
    recovery_codes (id) {
        id -> BigInt,
        user_id -> BigInt,
        code_hash -> Binary,
        created_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    one_time_links (id) {
        id -> BigInt,
        user_id -> BigInt,
        purpose -> Text,
        secret_hash -> Binary,
        address -> Nullable<Text>,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    attempts (id) {
        id -> BigInt,
        action -> Text,
        key_hash -> Binary,
        at -> Timestamp,
    }
}

diesel::table! {
    mails (id) {
        id -> BigInt,
        user_id -> Nullable<BigInt>,
        notification_id -> Nullable<BigInt>,
        address -> Text,
        letter -> Text,
        state -> Text,
        attempts -> Integer,
        run_at -> Timestamp,
        lease_until -> Nullable<Timestamp>,
        last_error -> Nullable<Text>,
        created_at -> Timestamp,
        finished_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    mail_settings (user_id, topic) {
        user_id -> BigInt,
        topic -> Text,
        is_on -> Bool,
    }
}

diesel::table! {
    reminders (competition_id, deadline) {
        competition_id -> BigInt,
        deadline -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    agreements (id) {
        id -> BigInt,
        user_id -> BigInt,
        competition_id -> Nullable<BigInt>,
        document -> Text,
        sha256 -> Binary,
        agreed_at -> Timestamp,
    }
}

diesel::table! {
    post_votes (post_id, user_id) {
        post_id -> BigInt,
        user_id -> BigInt,
        created_at -> Timestamp,
    }
}

diesel::table! {
    post_versions (id) {
        id -> BigInt,
        post_id -> BigInt,
        editor_id -> BigInt,
        markdown -> Text,
        replaced_at -> Timestamp,
    }
}

diesel::table! {
    post_reports (id) {
        id -> BigInt,
        post_id -> BigInt,
        competition_id -> BigInt,
        user_id -> BigInt,
        reason -> Text,
        created_at -> Timestamp,
        decision -> Nullable<Text>,
        decided_by -> Nullable<BigInt>,
        decided_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    post_images (id) {
        id -> BigInt,
        competition_id -> BigInt,
        user_id -> BigInt,
        sha256 -> Binary,
        media_type -> Text,
        bytes -> BigInt,
        width -> Integer,
        height -> Integer,
        created_at -> Timestamp,
    }
}

diesel::table! {
    post_terms (post_id, term) {
        post_id -> BigInt,
        term -> Text,
        competition_id -> BigInt,
        count -> Integer,
    }
}

diesel::table! {
    receipts (submission_id) {
        submission_id -> BigInt,
        competition_id -> BigInt,
        team_id -> BigInt,
        sha256 -> Binary,
        bytes -> BigInt,
        accepted_at -> Timestamp,
        previous -> Binary,
    }
}

diesel::joinable!(receipts -> competitions (competition_id));
diesel::joinable!(jobs -> competitions (competition_id));
diesel::joinable!(site_settings -> users (updated_by));
diesel::joinable!(participants -> competitions (competition_id));
diesel::joinable!(invites -> competitions (competition_id));
diesel::joinable!(invites -> teams (team_id));
diesel::joinable!(merges -> competitions (competition_id));
diesel::joinable!(grants -> teams (team_id));
diesel::joinable!(downloads -> users (user_id));
diesel::joinable!(page_versions -> competitions (competition_id));
diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(api_tokens -> users (user_id));
diesel::joinable!(competitions -> users (created_by));
diesel::joinable!(competition_hosts -> competitions (competition_id));
diesel::joinable!(competition_hosts -> users (user_id));
diesel::joinable!(pages -> competitions (competition_id));
diesel::joinable!(data_files -> competitions (competition_id));
diesel::joinable!(solutions -> competitions (competition_id));
diesel::joinable!(teams -> competitions (competition_id));
diesel::joinable!(team_members -> competitions (competition_id));
diesel::joinable!(team_members -> users (user_id));
diesel::joinable!(team_members -> teams (team_id));
diesel::joinable!(consents -> users (user_id));
diesel::joinable!(consents -> competitions (competition_id));
diesel::joinable!(submissions -> competitions (competition_id));
diesel::joinable!(submissions -> teams (team_id));
diesel::joinable!(submissions -> users (user_id));
diesel::joinable!(scores -> submissions (submission_id));
diesel::joinable!(scores -> solutions (solution_id));
diesel::joinable!(rescores -> solutions (solution_id));
diesel::joinable!(standings -> competitions (competition_id));
diesel::joinable!(standings -> teams (team_id));
diesel::joinable!(standings -> submissions (submission_id));
diesel::joinable!(threads -> competitions (competition_id));
diesel::joinable!(threads -> users (author_id));
diesel::joinable!(posts -> threads (thread_id));
diesel::joinable!(posts -> users (author_id));
diesel::joinable!(events -> competitions (competition_id));
diesel::joinable!(events -> teams (team_id));
diesel::joinable!(second_factors -> users (user_id));
diesel::joinable!(recovery_codes -> users (user_id));
diesel::joinable!(one_time_links -> users (user_id));
diesel::joinable!(mails -> users (user_id));
diesel::joinable!(mails -> notifications (notification_id));
diesel::joinable!(mail_settings -> users (user_id));
diesel::joinable!(reminders -> competitions (competition_id));
diesel::joinable!(agreements -> users (user_id));
diesel::joinable!(agreements -> competitions (competition_id));
diesel::joinable!(post_votes -> posts (post_id));
diesel::joinable!(post_votes -> users (user_id));
diesel::joinable!(post_versions -> posts (post_id));
diesel::joinable!(post_versions -> users (editor_id));
diesel::joinable!(post_reports -> posts (post_id));
diesel::joinable!(post_reports -> competitions (competition_id));
diesel::joinable!(post_images -> competitions (competition_id));
diesel::joinable!(post_images -> users (user_id));
diesel::joinable!(post_terms -> posts (post_id));
diesel::joinable!(post_terms -> competitions (competition_id));
diesel::joinable!(notifications -> users (user_id));

diesel::allow_tables_to_appear_in_same_query!(
    agreements,
    api_tokens,
    attempts,
    audit,
    competition_hosts,
    competitions,
    consents,
    data_files,
    downloads,
    events,
    grants,
    invites,
    jobs,
    mail_settings,
    mails,
    merges,
    notifications,
    one_time_links,
    page_versions,
    pages,
    participants,
    post_images,
    post_reports,
    post_terms,
    post_versions,
    post_votes,
    posts,
    receipts,
    recovery_codes,
    reminders,
    rescores,
    rounds,
    scores,
    second_factors,
    sessions,
    site_settings,
    solutions,
    standings,
    submissions,
    team_members,
    teams,
    threads,
    users,
);
