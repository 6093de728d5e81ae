"""OGC TrainingDML-AI read back: the dataset, without its single samples."""

import re
from typing import Any

from app.base.errors import Invalid
from app.exchange.formats.readers import bounded, jsonld, recognising
from app.exchange.formats.readers.jsonld import Node
from app.exchange.formats.readers.places import Found, put_places
from app.exchange.formats.readers.reading import Gathering, Reading, quoted
from app.exchange.formats.trainingdml import NOT_RECORDED, STATISTICS

NO_FIELD = ("quality", "metricsInLIT", "changesets", "scope")
_SIZE = re.compile(r"\s*(\d{1,7})\s*[*x×]\s*(\d{1,7})\s*", re.IGNORECASE)


def read(content: bytes) -> Reading:
    """The dataset of a document.

    Raises:
        Invalid: no JSON, or no training dataset of the standard.
        TooLarge: longer than is read.
    """
    document = bounded.json_object(content, "TrainingDML-AI document")
    if not str(document.get("type", "")).endswith("TrainingDataset"):
        raise Invalid("This JSON is no TrainingDML-AI dataset: its type is not AI_EOTrainingDataset.")
    gathering = Gathering("trainingdml")
    _put_names(gathering, document)
    _put_tasks(gathering, document)
    _put_sources(gathering, document)
    _put_sizes(gathering, document)
    _put_data(gathering, document)
    for name in NO_FIELD:
        if document.get(name):
            gathering.leave(name, "A record has no field for it.")
    return gathering.reading()


def _put_names(gathering: Gathering, document: Node) -> None:
    gathering.put("name", jsonld.text(document, "name"), "name")
    gathering.put("description", jsonld.text(document, "description"), "description")
    gathering.put("data_doi", recognising.doi(document.get("doi")), "doi")
    gathering.put("year", recognising.year(jsonld.text(document, "createdTime")), "createdTime")
    gathering.put("publisher", jsonld.text(document, "providers"), "providers")
    gathering.put("version", jsonld.text(document, "version"), "version")
    gathering.put("class_scheme", jsonld.text(document, "classificationScheme"), "classificationScheme")
    recognising.put_licences(gathering, jsonld.texts(document, "license"), "license")


def _put_tasks(gathering: Gathering, document: Node) -> None:
    for task in jsonld.many(document, "tasks"):
        stated = jsonld.text(task, "taskType") if isinstance(task, dict) else None
        code = recognising.coded("task", stated)
        if code:
            gathering.add("tasks", [code], "tasks")
        elif stated and stated != NOT_RECORDED:
            gathering.leave("tasks", f"The task {quoted(stated)} is in no vocabulary of this catalogue.")
    for labelling in jsonld.many(document, "labeling"):
        procedure = labelling.get("procedure") if isinstance(labelling, dict) else None
        methods = jsonld.texts(procedure, "methods") if isinstance(procedure, dict) else []
        gathering.put("label_source", ", ".join(methods), "labeling")
        tools = jsonld.texts(procedure, "tools") if isinstance(procedure, dict) else []
        gathering.add("labelling.tools", list(tools), "labeling")


def _put_sources(gathering: Gathering, document: Node) -> None:
    """Sensors that the vocabulary knows; any other source of images keeps its own words."""
    for source in jsonld.many(document, "dataSources"):
        title = jsonld.text(source, "title") if isinstance(source, dict) else jsonld.text_of(source)
        sensor = recognising.coded("sensor", title)
        if sensor:
            gathering.add("sensors", [sensor], "dataSources")
        elif title:
            gathering.add("image_sources", [title], "dataSources")
    names = [name for band in jsonld.many(document, "bands") if (name := _band(band))]
    gathering.add("bands", names, "bands")


def _band(band: Any) -> str | None:
    if not isinstance(band, dict):
        return jsonld.text_of(band)
    named = next(iter(jsonld.many(band, "name")), None)
    return jsonld.text(named, "code") if isinstance(named, dict) else jsonld.text_of(named)


def _put_sizes(gathering: Gathering, document: Node) -> None:
    gathering.put("n_samples", document.get("amountOfTrainingData"), "amountOfTrainingData")
    gathering.put("n_classes", document.get("numberOfClasses"), "numberOfClasses")
    classes = [_class(one) for one in jsonld.many(document, "classes")]
    gathering.add("classes", [name for name in classes if name], "classes")
    valued = [
        {"name": _class(one), "index": one["value"]}
        for one in jsonld.many(document, "classes")
        if isinstance(one, dict) and isinstance(one.get("value"), int) and "key" in one
    ]
    gathering.put("class_details", [one for one in valued if one["name"]], "classes")
    size = _SIZE.fullmatch(str(document.get("imageSize") or ""))
    if size:
        pixels = (int(size[1]), int(size[2]))
        gathering.put("image_size_px", {"min": pixels, "max": pixels}, "imageSize")
    for fact in jsonld.many(document, "statisticsInfo"):
        if isinstance(fact, dict):
            _put_statistic(gathering, fact)


def _class(one: Any) -> str | None:
    """A class by name; of a pair of name and number, the name."""
    return jsonld.text(one, "key") or jsonld.text_of(one) if isinstance(one, dict) else jsonld.text_of(one)


def _put_statistic(gathering: Gathering, fact: Node) -> None:
    name, value = fact.get("key"), fact.get("value")
    if name in STATISTICS:
        gathering.put(str(name), value, "statisticsInfo")
    elif name == "gsd_m" and isinstance(value, list) and len(value) == 2:
        gathering.put("gsd_m", {"min": value[0], "max": value[1]}, "statisticsInfo")
    else:
        gathering.leave("statisticsInfo", f"A record has no field for {quoted(name)}.")


def _put_data(gathering: Gathering, document: Node) -> None:
    data = document.get("data")
    if isinstance(data, str):
        is_page = recognising.is_web(data) and data.rpartition("/")[2] == document.get("id")
        if not is_page:
            gathering.leave("data", f"{quoted(data)} may be a file or a page; open it and say which.")
    elif data:
        gathering.leave("data", "Single samples are items, not part of a record.")
    extent = document.get("extent")
    numbers = [one for one in extent if isinstance(one, int | float)] if isinstance(extent, list) else []
    if len(numbers) == 4:
        west, south, east, north = numbers
        put_places(gathering, [Found("extent", box=(west, south, east, north))])
    elif extent:
        gathering.leave("extent", f"{quoted(extent)} is no box of four numbers.")
