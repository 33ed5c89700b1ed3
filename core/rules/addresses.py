"""The names of all measures that a rule can judge by. Made by `make docs`: change core/studies instead."""

from collections.abc import Mapping
from functools import cache

from core.market.symbols import SubjectKind

_SYMBOL = {
    "number": """
        last change_1d sma_20 sma_50 sma_100 sma_200 sma_50_change_20d alignment trend_20_flip trend_20_turn
        trend_50_flip trend_50_turn trend_100_flip trend_100_turn trend_200_flip trend_200_turn
        cross_20_50_flip cross_20_50_turn cross_50_200_flip cross_50_200_turn next_flip next_flip_days
        whipsaws_60d efficiency_20d ema_12 ema_20 ema_26 ema_50 ppo ppo_signal ppo_histogram slope_20d
        slope_fit_20d slope_50d slope_fit_50d donchian_high_20d donchian_low_20d donchian_high_55d
        donchian_low_55d donchian_high_252d donchian_low_252d atr_14 stretch_50d volatility_20d volatility_63d
        volatility_252d daily_volatility_20d volatility_percentile_252d volatility_percentile_1260d
        volatility_of_volatility_60d ewma_volatility garch_volatility_1d garch_volatility_20d
        garch_long_run_volatility garch_persistence volatility_forecast_20d parkinson_20d parkinson_63d
        garman_klass_20d garman_klass_63d rogers_satchell_20d rogers_satchell_63d yang_zhang_20d
        yang_zhang_63d parkinson_total_20d garman_klass_total_20d rogers_satchell_total_20d
        overnight_share_20d overnight_share_63d cone_percentile_5d cone_percentile_10d cone_percentile_20d
        cone_percentile_60d cone_percentile_120d cone_percentile_252d implied_volatility
        implied_percentile_1260d implied_minus_realised_20d implied_minus_realised_percentile_1260d
        variance_premium_21d implied_error_21d drawdown drawdown_252d max_drawdown drawdown_sessions
        longest_drawdown_sessions max_drawdown_252d ulcer_index_252d value_at_risk_95_504d
        value_at_risk_95_1260d value_at_risk_99_504d value_at_risk_99_1260d expected_shortfall_95_504d
        expected_shortfall_95_1260d expected_shortfall_99_504d expected_shortfall_99_1260d
        value_at_risk_99_504d_10d value_at_risk_99_1260d_10d value_at_risk_breaches_95_504d
        value_at_risk_breaches_95_1260d value_at_risk_breaches_99_504d value_at_risk_breaches_99_1260d
        value_at_risk_kupiec_95_504d value_at_risk_kupiec_95_1260d value_at_risk_kupiec_99_504d
        value_at_risk_kupiec_99_1260d amihud_20d amihud_ratio_252d spread_corwin_schultz_21d
        spread_abdi_ranaldo_21d spread_edge_21d nav_premium dollar_volume_z_63d breadth_above_20
        breadth_above_20_weighted breadth_above_50 breadth_above_50_weighted breadth_above_200
        breadth_above_200_weighted breadth_advances breadth_advances_weighted breadth_ahead_63d
        breadth_ahead_63d_weighted breadth_high_low_252d breadth_high_low_252d_weighted breadth_new_highs_252d
        breadth_new_lows_252d breadth_above_50_change_20d breadth_advances_ema_10d breadth_listed
        breadth_covered breadth_above_20_now breadth_above_20_weighted_now breadth_above_50_now
        breadth_above_50_weighted_now breadth_above_200_now breadth_above_200_weighted_now
        breadth_advances_now breadth_advances_weighted_now breadth_ahead_63d_now
        breadth_ahead_63d_weighted_now breadth_new_highs_252d_now breadth_new_lows_252d_now
        breadth_covered_now constituents_amihud_20d constituents_amihud_ratio_252d
        constituents_spread_edge_21d constituents_spread_edge_ratio_252d pe forward_pe pb ps pcf ev_ebitda
        revision_breadth_30d eps_drift_90d eps_growth_next_year_companies surprise_share companies_told
        share_change repurchase_yield shrinking_share assets_billion flow_20d_billion flow_20d
    """,
    "flag": """
        above_sma_20 above_sma_50 above_sma_100 above_sma_200 sma_20_above_50 sma_50_above_200
        cross_20_50_confirmed cross_50_200_confirmed choppy breadth_thrust
    """,
    "word": """
        trend_20 trend_50 trend_100 trend_200 cross_20_50 cross_50_200 standing slope_state_20d
        slope_state_50d donchian_20d donchian_55d donchian_252d garch_note volatility_forecast_model
        value_at_risk_light_99_504d value_at_risk_light_99_1260d
    """,
}
_PAIR = {
    "number": """
        ratio gap_1d ratio_return_1d small_return_1d large_return_1d gap_5d ratio_return_5d small_return_5d
        large_return_5d gap_20d ratio_return_20d small_return_20d large_return_20d gap_63d ratio_return_63d
        small_return_63d large_return_63d gap_126d ratio_return_126d small_return_126d large_return_126d
        gap_252d ratio_return_252d small_return_252d large_return_252d gap_ytd ratio_return_ytd
        small_return_ytd large_return_ytd gap_20d_percentile sma_20 sma_50 sma_100 sma_200 sma_50_change_20d
        alignment trend_20_flip trend_20_turn trend_50_flip trend_50_turn trend_100_flip trend_100_turn
        trend_200_flip trend_200_turn cross_20_50_flip cross_20_50_turn cross_50_200_flip cross_50_200_turn
        next_flip next_flip_days whipsaws_60d efficiency_20d ema_12 ema_20 ema_26 ema_50 ppo ppo_signal
        ppo_histogram slope_20d slope_fit_20d slope_50d slope_fit_50d donchian_high_20d donchian_low_20d
        donchian_high_55d donchian_low_55d donchian_high_252d donchian_low_252d stretch_50d
        volatility_ratio_20d volatility_ratio_63d volatility_ratio_percentile_252d volatility_excess_20d
        volatility_excess_63d implied_spread implied_ratio implied_spread_percentile_1260d
        implied_ratio_percentile_1260d tracking_error_63d tracking_error_252d information_ratio_63d
        information_ratio_252d pullback_20d pullback_20d_sessions pullback_20d_percentile pullback_63d
        pullback_63d_sessions pullback_63d_percentile pullback_252d pullback_252d_sessions
        pullback_252d_percentile drawdown gap_since_peak drawdown_sessions drawdown_percentile drawdown_rank
        drawdown_episodes named_year_drawdown named_year_gap value_at_risk_95_504d value_at_risk_95_1260d
        value_at_risk_99_504d value_at_risk_99_1260d expected_shortfall_95_504d expected_shortfall_95_1260d
        expected_shortfall_99_504d expected_shortfall_99_1260d value_at_risk_99_504d_10d
        value_at_risk_99_1260d_10d value_at_risk_breaches_95_504d value_at_risk_breaches_95_1260d
        value_at_risk_breaches_99_504d value_at_risk_breaches_99_1260d value_at_risk_kupiec_95_504d
        value_at_risk_kupiec_95_1260d value_at_risk_kupiec_99_504d value_at_risk_kupiec_99_1260d streak
        streak_runs_as_long streak_runs streak_rank streak_percentile streak_expected streak_weekly
        streak_weekly_runs_as_long streak_weekly_runs streak_weekly_rank streak_weekly_percentile
        streak_weekly_expected crowding_score crowding_signs dollar_volume_z_gap_20d ratio_rsi_14 ratio_z_60d
        ratio_z_60d_percentile ratio_z_252d ratio_z_252d_percentile mansfield_252d mansfield_252d_slope
        mansfield_52w mansfield_52w_slope momentum_12_1 momentum_6_1 momentum_3m rotation_level
        rotation_momentum rotation_heading rotation_distance rotation_daily_level rotation_daily_momentum
        rotation_daily_heading rotation_daily_distance beta_60d correlation_60d alpha_60d beta_dimson_60d
        beta_252d correlation_252d alpha_252d beta_dimson_252d beta_60d_percentile beta_adjusted_gap_20d
        beta_adjusted_gap_63d up_capture_252d up_capture_compounded_252d down_capture_252d
        down_capture_compounded_252d capture_spread_252d rate_beta_126d rate_beta_126d_se rate_beta_126d_t
        rate_beta_alone_126d rate_beta_alone_126d_t rate_beta_252d rate_beta_252d_se rate_beta_252d_t
        rate_beta_alone_252d rate_beta_alone_252d_t short_rate_beta_126d short_rate_beta_126d_se
        short_rate_beta_126d_t short_rate_beta_alone_126d short_rate_beta_alone_126d_t real_rate_beta_126d
        real_rate_beta_126d_se real_rate_beta_126d_t breakeven_beta_126d breakeven_beta_126d_se
        breakeven_beta_126d_t dollar_beta_126d dollar_beta_126d_se dollar_beta_126d_t dollar_beta_alone_126d
        dollar_beta_alone_126d_t credit_beta_126d credit_beta_126d_se credit_beta_126d_t
        credit_beta_alone_126d credit_beta_alone_126d_t oil_beta_126d oil_beta_126d_se oil_beta_126d_t
        oil_beta_alone_126d oil_beta_alone_126d_t rate_beta_126d_per_25bp rate_change_20d
        style_correlation_126d style_correlation_252d pe_small pe_large pe_discount pe_discount_percentile
        pe_published_low pe_published_high forward_pe_small forward_pe_large forward_pe_discount
        forward_pe_discount_percentile forward_pe_published_low forward_pe_published_high pb_small pb_large
        pb_discount pb_discount_percentile pb_published_low pb_published_high ps_small ps_large ps_discount
        ps_discount_percentile ps_published_low ps_published_high pcf_small pcf_large pcf_discount
        pcf_discount_percentile pcf_published_low pcf_published_high ev_ebitda_small ev_ebitda_large
        ev_ebitda_discount ev_ebitda_discount_percentile ev_ebitda_published_low ev_ebitda_published_high
        eps_growth_small eps_growth_large eps_growth_gap eps_growth_times_usual_small
        eps_growth_times_usual_large eps_growth_year eps_stacked_small_2y eps_stacked_large_2y
        eps_stacked_gap_2y eps_stacked_small_3y eps_stacked_large_3y eps_stacked_gap_3y eps_stacked_share_2y
        eps_off_trend eps_recovery_growth eps_base_effect eps_excess_growth eps_growth_small_next_year
        eps_growth_large_next_year eps_growth_gap_next_year eps_growth_times_usual_small_next_year
        eps_growth_times_usual_large_next_year eps_growth_year_next_year eps_stacked_small_2y_next_year
        eps_stacked_large_2y_next_year eps_stacked_gap_2y_next_year eps_stacked_small_3y_next_year
        eps_stacked_large_3y_next_year eps_stacked_gap_3y_next_year eps_stacked_share_2y_next_year
        eps_off_trend_next_year eps_recovery_growth_next_year eps_base_effect_next_year
        eps_excess_growth_next_year eps_growth_small_last_year eps_growth_large_last_year
        eps_growth_gap_last_year eps_growth_times_usual_small_last_year eps_growth_times_usual_large_last_year
        eps_growth_year_last_year revision_breadth_small_30d sentiment_score sentiment_signs
        sector_weight_small sector_weight_large sector_allocation_20d sector_selection_20d sector_rest_20d
        sector_allocation_63d sector_selection_63d sector_rest_63d sector_allocation_252d
        sector_selection_252d sector_rest_252d moved_open moved_small_open moved_large_open moved_1d
        moved_small_1d moved_large_1d moved_5d moved_small_5d moved_large_5d moved_20d moved_small_20d
        moved_large_20d satellite_weight equal_volatility_weight risk_share_at_half
    """,
    "flag": """
        above_sma_20 above_sma_50 above_sma_100 above_sma_200 sma_20_above_50 sma_50_above_200
        cross_20_50_confirmed cross_50_200_confirmed choppy dip_zone volume_confirmed narrow_rotation
        rate_beta_126d_distinct rate_beta_252d_distinct rate_beta_shift short_rate_beta_126d_distinct
        short_rate_beta_shift real_rate_beta_126d_distinct breakeven_beta_126d_distinct
        dollar_beta_126d_distinct dollar_beta_shift credit_beta_126d_distinct credit_beta_shift
        oil_beta_126d_distinct oil_beta_shift
    """,
    "word": """
        trend_20 trend_50 trend_100 trend_200 cross_20_50 cross_50_200 standing slope_state_20d
        slope_state_50d donchian_20d donchian_55d donchian_252d value_at_risk_light_99_504d
        value_at_risk_light_99_1260d crowding_state rotation_quadrant rotation_daily_quadrant rate_shock
        index_small index_large pe_discount_place pe_source forward_pe_discount_place forward_pe_source
        pb_discount_place pb_source ps_discount_place ps_source pcf_discount_place pcf_source
        ev_ebitda_discount_place ev_ebitda_source eps_growth_source eps_base_state eps_growth_source_next_year
        eps_base_state_next_year eps_growth_source_last_year who_moved_open who_moved_1d who_moved_5d
        who_moved_20d
    """,
}
_ECONOMY = {
    "number": """
        term_spread term_spread_change_20d term_spread_percentile term_spread_2y term_spread_2y_change_20d
        term_spread_2y_percentile term_spread_monthly term_spread_monthly_change_3m
        term_spread_monthly_percentile recession_probability recession_probability_change_3m
        recession_probability_percentile sahm sahm_change_3m sahm_percentile term_spread_recovery
        term_spread_recovery_change_3m term_spread_recovery_percentile unemployment unemployment_change_3m
        unemployment_percentile high_yield_spread high_yield_spread_change_20d high_yield_spread_percentile
        ccc_spread ccc_spread_change_20d ccc_spread_percentile investment_grade_spread
        investment_grade_spread_change_20d investment_grade_spread_percentile baa_spread baa_spread_change_20d
        baa_spread_percentile aaa_spread aaa_spread_change_20d aaa_spread_percentile credit_change_20d
        credit_pullback_63d lending_standards lending_standards_change_1q lending_standards_percentile
        business_delinquency business_delinquency_change_1q business_delinquency_percentile
        mortgage_delinquency mortgage_delinquency_change_1q mortgage_delinquency_percentile
        financial_conditions financial_conditions_change_4w financial_conditions_percentile
        financial_conditions_adjusted financial_conditions_adjusted_change_4w
        financial_conditions_adjusted_percentile financial_stress financial_stress_change_4w
        financial_stress_percentile wage_growth wage_growth_change_3m wage_growth_percentile wage_growth_3m
        wage_growth_3m_change_3m wage_growth_3m_percentile wage_tracker wage_tracker_change_3m
        wage_tracker_percentile employment_cost_growth employment_cost_growth_change_1q
        employment_cost_growth_percentile growth_nowcast growth_nowcast_change_1q growth_nowcast_percentile
        production_growth production_growth_change_3m production_growth_percentile claims claims_change_4w
        claims_percentile claims_over_low claims_over_low_change_4w claims_over_low_percentile
        inventories_to_sales inventories_to_sales_change_3m inventories_to_sales_percentile gasoline
        gasoline_change_4w gasoline_percentile factories_philadelphia factories_philadelphia_change_3m
        factories_philadelphia_percentile factories_new_york factories_new_york_change_3m
        factories_new_york_percentile trade_uncertainty trade_uncertainty_change_3m
        trade_uncertainty_percentile policy_rate policy_rate_change_20d policy_rate_percentile overnight_rate
        overnight_rate_change_20d overnight_rate_percentile yield_2y yield_2y_change_20d yield_2y_percentile
        yield_10y yield_10y_change_20d yield_10y_percentile real_yield_10y real_yield_10y_change_20d
        real_yield_10y_percentile breakeven_10y breakeven_10y_change_20d breakeven_10y_percentile policy_path
        policy_path_change_20d policy_path_percentile broad_dollar broad_dollar_change_20d
        broad_dollar_percentile
    """,
}


@cache
def kinds_of(subject: SubjectKind) -> Mapping[str, str]:
    """Every measure of such a subject that can be judged by, with what it is: number, flag or word."""
    tables = {SubjectKind.SYMBOL: _SYMBOL, SubjectKind.PAIR: _PAIR, SubjectKind.ECONOMY: _ECONOMY}
    return {name: kind for kind, names in tables[subject].items() for name in names.split()}
