"""What survey tools write that is easily taken for something else: previews, words for numbers, zones, archives."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from heartline.collect.guessing import guess, loose, stamps, verbal
from heartline.collect.guessing.tests.test_guess import landed, planned, rows
from heartline.collect.guessing.tests.test_survey_tools import brought, scores, texts

QUALTRICS = """\
StartDate,EndDate,Status,IPAddress,Progress,Finished,RecordedDate,ResponseId,RecipientEmail,Q1_NPS_GROUP,Q1,Q3_1,Q3_2,Q3_2_TEXT,Q4,Q5,SC0,weight
Start Date,End Date,Response Type,IP Address,Progress,Finished,Recorded Date,Response ID,Recipient Email,Would you recommend us to a friend? - Group,Would you recommend us to a friend?,What did you buy? - Selected Choice - Shoes,What did you buy? - Selected Choice - Other (please specify),What did you buy? - Other (please specify) - Text,"Overall, how satisfied are you?",Why did you give us that score?,Score,weight
"{""ImportId"":""startDate"",""timeZone"":""UTC""}","{""ImportId"":""endDate""}","{""ImportId"":""status""}","{""ImportId"":""ipAddress""}","{""ImportId"":""progress""}","{""ImportId"":""finished""}","{""ImportId"":""recordedDate""}","{""ImportId"":""_recordId""}","{""ImportId"":""recipientEmail""}","{""ImportId"":""QID1_NPS_GROUP""}","{""ImportId"":""QID1""}","{""ImportId"":""QID3_1""}","{""ImportId"":""QID3_2""}","{""ImportId"":""QID3_2_TEXT""}","{""ImportId"":""QID4""}","{""ImportId"":""QID5_TEXT""}","{""ImportId"":""SC_a""}","{""ImportId"":""weight""}"
2024-05-02 08:55:10,2024-05-02 09:00:00,REAL,*******,100,True,2024-05-02 09:00:01,R_1,ada@shop.example,3,10,Shoes,,,Extremely satisfied,Fast and friendly people everywhere,7,2
2024-05-03 08:55:10,2024-05-03 09:00:00,REAL,*******,100,True,2024-05-03 09:00:01,R_2,ben@shop.example,1,0,,Other (please specify),a hat for my dog,Extremely dissatisfied,Waited far too long for my parcel,7,0.5
2024-05-04 08:55:10,2024-05-04 09:00:00,PREVIEW,*******,100,True,2024-05-04 09:00:01,R_3,,3,9,Shoes,,,Extremely satisfied,Only a test of ours,7,1
2024-05-05 08:55:10,2024-05-05 09:00:00,IMPORTED,*******,100,True,2024-05-05 09:00:01,R_4,zoe@shop.example,2,8,Shoes,,,Somewhat satisfied,Carried over from the older tool,7,0.5
2024-05-06 08:55:10,2024-05-06 09:00:00,SPAM,*******,100,True,2024-05-06 09:00:01,R_5,,3,10,Shoes,,,Extremely satisfied,Buy pills at this cheap address,7,1
2024-05-07 08:55:10,2024-05-07 09:00:00,REAL,*******,40,False,2024-05-07 09:00:01,R_6,,1,3,,,,,,7,1
"""  # noqa: E501  (lines of the export)
SURVEYMONKEY = """\
respondent_id,collector_id,date_created,date_modified,ip_address,email_address,first_name,last_name,custom_1,How likely is it that you would recommend us to a friend?,"Overall, how satisfied are you with our shop?",Which of these did you use?,,
,,,,,,,,,Response,Response,Till,App,Other (please specify)
118000000001,446100001,2024-05-02 08:58:00,2024-05-02 09:00:00,203.0.113.7,ada@shop.example,Ada,Sample,,9,Very satisfied,Till,,
118000000002,446100001,2024-05-13 13:58:00,2024-05-13 14:00:00,203.0.113.8,ben@shop.example,Ben,Muster,,Not at all likely - 0,Very dissatisfied,,App,the counter by the door
118000000003,446100001,2024-05-14 13:58:00,2024-05-14 14:00:00,203.0.113.9,,,,,Extremely likely - 10,Neither satisfied nor dissatisfied,Till,App,
"""  # noqa: E501  (lines of the export)
TYPEFORM = """\
#,How likely are you to recommend us to a friend?,"Delivery, on time",Price,Other,What could be better?,Other,Response Type,Start Date (UTC),Stage Date (UTC),Submit Date (UTC),Network ID,Tags
a1,10,"Delivery, on time",,,"More
colours",,completed,2024-05-02 08:58:00,,2024-05-02 09:00:00,n1,
a2,6,,Price,the smell,You were the nearest shop,,completed,2024-05-03 08:58:00,,2024-05-03 09:00:00,n2,
a3,3,,Price,,,,partial,2024-05-05 08:58:00,2024-05-05 08:59:00,,n3,
"""  # noqa: E501  (lines of the export)
GOOGLE = """\
Marca temporal,¿Qué tan satisfecho está con el servicio?,¿Cuánto nos recomendaría de 0 a 10?,Valore [Amabilidad score],Valore [Rapidez score]
2024/05/02 9:00:00 a. m. GMT+2,Muy satisfecho,10,5,4
2024/05/13 12:30:00 a. m. GMT-5,Insatisfecho,3,2,1
2024/12/14 3:30:00 p. m. CET,Satisfecho,8,4,3
"""  # noqa: E501  (lines of the export)
LIME = """\
"Antwort ID";"Datum Abgeschickt";"Letzte Seite";"Start-Sprache";"Zufallsstartwert";"Datum gestartet";"Datum letzte Aktivität";"IP-Adresse";"Würden Sie uns weiterempfehlen?";"Es war leicht, Hilfe zu bekommen";"Fragenzeit: nps";"Was möchten Sie noch sagen?"
"1";"2024-05-02 09:00:00";"2";"de";"11";"2024-05-02 08:58:00";"2024-05-02 09:00:00";"203.0.113.7";"9.0000000000";"stimme zu";"3";"Schnell und freundlich geholfen"
"2";"2024-05-03 09:00:00";"2";"de";"12";"2024-05-03 08:58:00";"2024-05-03 09:00:00";"203.0.113.8";"2.0000000000";"stimme eher nicht zu";"2";"Niemand hat sich bei mir gemeldet"
"3";"";"1";"de";"13";"2024-05-05 08:58:00";"2024-05-05 08:59:00";"203.0.113.9";"1.0000000000";"";"1";""
"""  # noqa: E501  (lines of the export)
UNDATED = """\
"id","submitdate","lastpage","startlanguage","seed","What would you change?"
"1","1980-01-01 00:00:00","2","en","11","The forms are hard to read for me"
"2","1980-01-01 00:00:00","2","en","12","Nobody ever called me back at all"
"""
WORDS = {"REAL": "IP Address", "PREVIEW": "Survey Preview", "IMPORTED": "Imported", "SPAM": "Spam"}
CODES = {"REAL": "0", "PREVIEW": "1", "IMPORTED": "4", "SPAM": "8"}


@pytest.mark.parametrize("written", [WORDS, CODES], ids=["words", "codes"])
def test_qualtrics_brings_what_customers_said_and_no_previews_groups_or_ticks(
    tmp_path: Path, written: dict[str, str]
) -> None:
    content = QUALTRICS
    for mark, value in written.items():
        content = content.replace(f",{mark},", f",{value},")
    _plan, found = brought(tmp_path, content)
    assert sorted(scores(found)) == [
        ("csat5", 1.0), ("csat5", 4.0), ("csat5", 5.0), ("nps", 0.0), ("nps", 3.0), ("nps", 8.0), ("nps", 10.0),
    ]  # fmt: skip
    assert sorted(texts(found)) == [
        "Carried over from the older tool", "Fast and friendly people everywhere",
        "a hat for my dog\nWaited far too long for my parcel",
    ]  # fmt: skip


def test_what_answers_weigh_counts_in_the_scores_of_every_question(tmp_path: Path) -> None:
    content = QUALTRICS
    for mark, value in WORDS.items():
        content = content.replace(f",{mark},", f",{value},")
    _report, workspace = landed(tmp_path, planned(tmp_path, answers=content))
    nps = workspace.scores(scale="nps", period="all", weighted=True)
    assert nps.figures["nps"].value == pytest.approx(100 * (1 - 2) / 4)
    assert nps.figures["nps_weighted"].value == pytest.approx(100 * (2 - 0.5 - 1) / 4)
    csat = workspace.scores(scale="csat5", period="all", weighted=True)
    (row,) = [row for row in csat.rows if row["measure"] == "top"]
    assert (row["value"], row["weighted"]) == (pytest.approx(2 / 3), pytest.approx(2.5 / 3))


def test_surveymonkey_of_today_with_labels_at_the_ends_of_its_scale(tmp_path: Path) -> None:
    plan, found = brought(tmp_path, SURVEYMONKEY)
    assert plan.tables[0].told.tool == "surveymonkey"
    assert sorted(scores(found)) == [
        ("csat5", 1.0), ("csat5", 3.0), ("csat5", 5.0), ("nps", 0.0), ("nps", 9.0), ("nps", 10.0),
    ]  # fmt: skip
    assert texts(found) == ["the counter by the door"]
    report, workspace = landed(tmp_path, plan)
    assert (report.landed, rows(workspace)) == (0, found)


def test_a_choice_of_its_own_column_is_no_text_and_who_did_not_finish_counts(tmp_path: Path) -> None:
    _plan, found = brought(tmp_path, TYPEFORM)
    assert [(row["occurred_at"].isoformat(), row["score"], row["text"]) for row in found] == [
        ("2024-05-02T09:00:00+00:00", 10.0, "More\ncolours"),
        ("2024-05-03T09:00:00+00:00", 6.0, "the smell\nYou were the nearest shop"),
        ("2024-05-05T08:59:00+00:00", 3.0, None),
    ]


def test_google_forms_in_spanish_says_its_zone_and_the_rows_of_a_matrix_stay_apart(tmp_path: Path) -> None:
    plan, found = brought(tmp_path, GOOGLE)
    assert plan.tables[0].told.tool == "google_forms"
    assert sorted({row["occurred_at"].isoformat() for row in found}) == [
        "2024-05-02T07:00:00+00:00", "2024-05-13T05:30:00+00:00", "2024-12-14T14:30:00+00:00",
    ]  # fmt: skip
    assert sorted(row["score"] for row in found if row["scale"] == "csat5") == [2.0, 4.0, 5.0]
    parts = {row["about"]: row["score"] for row in found if row["scale"] == "stars5" and row["score"] in (5.0, 1.0)}
    assert len(parts) == 2, parts
    assert landed(tmp_path, plan)[0].landed == 0


def test_limesurvey_in_german_with_times_of_questions_and_without_any_date(tmp_path: Path) -> None:
    plan, found = brought(tmp_path / "german", LIME)
    assert plan.tables[0].told.tool == "limesurvey"
    assert sorted(scores(found)) == [("ces7", 3.0), ("ces7", 6.0), ("nps", 1.0), ("nps", 2.0), ("nps", 9.0)]
    assert found[-1]["occurred_at"].isoformat() == "2024-05-05T08:59:00+00:00"
    plan = planned(tmp_path / "undated", answers=UNDATED)
    assert [touch.time for touch in plan.touches] == [None]


def test_an_archive_with_one_table_is_read_and_any_other_is_refused(tmp_path: Path) -> None:
    def packed(name: str, files: dict[str, str]) -> Path:
        with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as archive:
            for inside, content in files.items():
                archive.writestr(inside, content)
        return tmp_path / name

    one = packed("Survey.csv.zip", {"CSV/answers.csv": SURVEYMONKEY, "__MACOSX/._answers.csv": "junk"})
    plan = guess.plan([guess.bring(one, one.name, tmp_path)])
    assert plan.tables[0].told.tool == "surveymonkey"
    assert landed(tmp_path, plan)[0].landed == 6
    for path, code in (
        (packed("two.zip", {"a.csv": "x,y\n1,2\n", "b.csv": "x,y\n1,2\n"}), "many_tables"),
        (packed("none.zip", {}), "no_table"),
    ):
        with pytest.raises(loose.Unreadable) as error:
            guess.bring(path, path.name, tmp_path)
        assert (error.value.code, bool(error.value.remedy)) == (code, True)
    bomb = packed("bomb.zip", {"a.csv": "x,y\n" + "0,0\n" * 1_000_000})
    with pytest.raises(loose.Unreadable) as error:
        loose.strict(bomb, tmp_path / f"b{loose.STRICT}", room=loose.Room(unpacked=1 << 20))
    assert error.value.code == "too_large"


@pytest.mark.parametrize("inside", ["items", "responses"])
def test_answers_inside_one_object_are_refused_with_a_way_out(tmp_path: Path, inside: str) -> None:
    path = tmp_path / "answers.json"
    path.write_text(f'{{"{inside}": [{{"id": "1", "answers": [{{"number": 9}}]}}, {{"id": "2", "answers": []}}]}}')
    with pytest.raises(loose.Unreadable) as error:
        guess.plan([guess.bring(path, path.name, tmp_path)])
    assert (error.value.code, error.value.values["column"]) == ("nested", inside)
    assert "CSV" in (error.value.remedy or "")


@pytest.mark.parametrize(
    ("answers", "meant"),
    [
        (["5 Sterne", "1 Stern", "3"], {"5 sterne": 5, "1 stern": 1}),
        (["10 = sicher", "0 (auf keinen Fall)", "7"], {"10 = sicher": 10, "0 (auf keinen fall)": 0}),
        (["★★★★★", "★☆☆☆☆"], {"★★★★★": 5, "★☆☆☆☆": 1}),
        (["Sehr zufrieden", "Eher unzufrieden"], {"sehr zufrieden": 5, "eher unzufrieden": 2}),
        (["Very satisfied", "Extremely satisfied", "Satisfied"], {}),  # seven steps or five: unsure
        (["Strongly agree", "Agree", "Disagree"], {}),  # five steps of agreement are no seven
        (["2-3 times", "1 - 3 days", "Room 3"], {}),
        (["Very satisfied", "I like it a lot", "Not for me"], {}),
        (["7", "9"], {}),
        (["x" * 100_000 + " - 5", " " * 100_000 + "-"], {}),
    ],
)
def test_words_on_a_scale_stand_for_numbers_only_where_that_is_sure(answers: list[str], meant: dict[str, int]) -> None:
    assert verbal.read(dict.fromkeys(answers, 1))[1] == meant


def test_moments_that_are_none_of_google_forms_stay_as_they_are() -> None:
    assert stamps.google("2024/05/02 9:00:00 AM XYZ") == "2024-05-02 09:00:00"  # whose zone: the import's
    assert stamps.google("2024/02/30 9:00:00 AM GMT") == "2024/02/30 9:00:00 AM GMT"
    assert stamps.google("2024/05/02 9:00:00 AM GMT+5:30") == "2024-05-02 09:00:00+05:30"
    assert stamps.google("5/2/2024 9:00:00") == "5/2/2024 9:00:00"
